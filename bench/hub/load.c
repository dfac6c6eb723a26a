/*
 * An MQTT 3.1.1 load generator: one thread, epoll, written packets gathered to one system call a client and turn. Brokers
 * listen on loopback. Each mode prints one line of JSON on standard output.
 *
 *   load flow   --publishers P --subscribers S --qos Q --window W | --rate R   as many messages a second as go through with
 *               W in flight, or R a second whatever happens, and then how late each was after the moment it was meant for.
 *               Each publisher has a topic, and each subscriber all of them; --one-topic has them share one.
 *   load trip   --rate R --qos Q     A publishes, B answers each, A takes the time. --a-id, --a-sends ... make them modules.
 *   load storm  --clients N --at-once C   connections a second; then their memory, held for --seconds.
 *   load first                       waits for the first CONNACK; says when it came, in ms since the machine's start.
 *   load keep, load soak             see keep.c, soak.c
 *
 * With --pid, the processor time and memory of that process are measured beside. While a rate is held the loop polls, so
 * that it adds no waking-up of its own to a latency.
 */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUCKETS = 64 * 60, MOST_A_TURN = 2000, GIVE_UP_MS = 250, DRAIN_MS = 2000, CONNECTING = 20, FIRST_LIMIT_SECONDS = 90 };

static uint64_t counts[BUCKETS], counted, most;
static uint64_t measured_from, measured_to, last_arrival;
static long received, measured;

/* Nanoseconds into buckets, 64 for each doubling. */
static void record(uint64_t taken) {
  int doublings = taken < 128 ? 0 : 57 - __builtin_clzll(taken);
  counts[doublings * 64 + (int)(taken >> doublings)]++;
  counted++;
  if (taken > most) most = taken;
}

static double quantile_ms(double part) {
  uint64_t below = 0;
  for (int i = 0; i < BUCKETS; i++) {
    below += counts[i];
    if (below && (double)below >= part * (double)counted) {
      int doublings = i < 128 ? 0 : i / 64 - 1;
      return (double)((uint64_t)(i - doublings * 64) << doublings) / 1e6;
    }
  }
  return 0;
}

static void count_arrival(Client *c, const Arrival *a) {
  (void)c;
  received++;
  last_arrival = read_at;
  if (!measured_from) return;
  if (read_at >= measured_from && read_at < measured_to) measured++;
  if (a->sent_at >= measured_from && a->sent_at < measured_to) record(read_at - a->sent_at);
}

static void print_meters(const char *mode, Meter from, Meter to, double per) {
  double seconds = (double)(to.at - from.at) / 1e9, broker = to.broker - from.broker, own = to.own - from.own;
  printf("{\"mode\":\"%s\",\"cpu_us\":%.3f,\"broker_cores\":%.2f,\"load_cores\":%.2f,\"foreign_cores\":%.2f,"
         "\"resident_kib\":%.0f",
         mode, per > 0 ? broker * 1e6 / per : 0, broker / seconds, own / seconds, (to.busy - from.busy - broker - own) / seconds,
         resident_kib());
}

static void check_arrivals(void) {
  errno = 0;
  if (!counted) die("no message has come");
}

static void print_latencies(void) {
  printf(",\"p50_ms\":%.4f,\"p99_ms\":%.4f,\"p999_ms\":%.4f,\"max_ms\":%.4f", quantile_ms(.5), quantile_ms(.99),
         quantile_ms(.999), (double)most / 1e6);
}

static void connect_all(Client *clients, int count, int at_once) {
  char id[64];
  for (int i = 0; i < count; i++) {
    clients[i].number = i;
    snprintf(id, sizeof id, "bench-%d-%d", getpid(), i);
    dial(&clients[i], &(Login){.id = id});
    await_count(&connected, i + 1 - at_once, "CONNACKs do not come");
  }
  await_count(&connected, count, "CONNACKs do not come");
}

/* The publishers' turns: who may send one more, and what was sent. */
typedef struct {
  Client *publishers;
  char (*topics)[64];
  int next;
  long sent, given_up;
} Source;

static void publish(Source *s, uint64_t meant_at) {
  say_publish(&s->publishers[s->next], s->topics[s->next], options.qos, false, meant_at, (uint64_t)s->sent++,
              (size_t)options.payload_bytes);
  s->next = (s->next + 1) % options.publishers;
}

static void flush_all(Source *s) {
  for (int i = 0; i < options.publishers; i++)
    if (s->publishers[i].out_bytes && !s->publishers[i].blocked) flush(&s->publishers[i]);
}

static void publish_due(Source *s, uint64_t began, uint64_t at) {
  long due = (long)((double)(at - began) / 1e9 * options.rate);
  for (int made = 0; s->sent < due && made < MOST_A_TURN; made++)
    publish(s, began + (uint64_t)((double)s->sent * 1e9 / options.rate));
  flush_all(s);
  pump(0);
}

/* Keeps the window full. What QoS 0 has dropped would stay in it for ever, so silence gives it up. */
static void publish_window(Source *s, uint64_t at) {
  int window = options.window / options.publishers, full = 0;
  long in_flight = s->sent - s->given_up - received / options.subscribers;
  while (in_flight < options.window && full < options.publishers) {
    Client *c = &s->publishers[s->next];
    if (c->blocked || (options.qos && c->unacked >= (window ? window : 1))) {
      full++;
      s->next = (s->next + 1) % options.publishers;
    } else {
      full = 0;
      in_flight++;
      publish(s, at);
    }
  }
  flush_all(s);
  pump(1);
  if (!options.qos && in_flight >= options.window && at > last_arrival + GIVE_UP_MS * 1000000ULL) {
    s->given_up += in_flight;
    last_arrival = at;
  }
}

static void drain(long wanted) {
  last_arrival = now();
  while (received < wanted && now() < last_arrival + DRAIN_MS * 1000000ULL) pump(5);
}

static int flow(void) {
  int publishers = options.publishers, all = publishers + options.subscribers;
  Client *clients = calloc((size_t)all, sizeof *clients);
  Source source = {.publishers = clients, .topics = calloc((size_t)publishers, 64)};
  if (!clients || !source.topics) die("calloc");
  on_publish = count_arrival;
  connect_all(clients, all, CONNECTING);
  char filter[64];
  snprintf(filter, sizeof filter, options.one_topic ? "bench/%d/all" : "bench/%d/#", getpid());
  for (int i = 0; i < publishers; i++)
    snprintf(source.topics[i], 64, options.one_topic ? "bench/%d/all" : "bench/%d/p%d", getpid(), i);
  for (int i = publishers; i < all; i++) say_subscribe(&clients[i], filter, options.qos);
  await_count(&subscribed, options.subscribers, "SUBACKs do not come");
  errno = 0;
  if (refused) die("a subscription was refused");
  uint64_t began = now(), measures_at = began + (uint64_t)(options.warm_seconds * 1e9);
  long sent_before = 0;
  Meter from = meter();
  last_arrival = measured_to = began;
  for (uint64_t at = began; !measured_from || at < measured_to; at = now()) {
    if (!measured_from && at >= measures_at) {
      from = meter();
      measured_from = from.at;
      measured_to = measured_from + (uint64_t)(options.seconds * 1e9);
      sent_before = source.sent;
    }
    if (options.rate > 0)
      publish_due(&source, began, at);
    else
      publish_window(&source, at);
    errno = 0;
    if (closed) die("a connection was lost");
  }
  Meter to = meter();
  long sent = source.sent - sent_before;
  drain(source.sent * options.subscribers);
  check_arrivals();
  print_meters("flow", from, to, (double)measured);
  print_latencies();
  printf(",\"received_per_s\":%.1f,\"sent_per_s\":%.1f,\"lost\":%ld}\n", (double)measured / options.seconds,
         (double)sent / options.seconds, source.sent * options.subscribers - received);
  for (int i = 0; i < all; i++) hang_up(&clients[i], true);
  return 0;
}

static void answer(Client *c, const Arrival *a) {
  if (c->number == 1)
    say_publish(c, options.b_sends, options.qos, false, a->sent_at, a->sequence, (size_t)options.payload_bytes);
  else
    count_arrival(c, a);
}

static int trip(void) {
  Client clients[2] = {{.number = 0}, {.number = 1}};
  long sent = 0;
  on_publish = answer;
  dial(&clients[0], &options.a);
  dial(&clients[1], &options.b);
  await_count(&connected, 2, "CONNACKs do not come");
  say_subscribe(&clients[0], options.a_hears, options.qos);
  say_subscribe(&clients[1], options.b_hears, options.qos);
  await_count(&subscribed, 2, "SUBACKs do not come");
  errno = 0;
  if (refused) die("a subscription was refused");
  uint64_t began = now();
  measured_from = began + (uint64_t)(options.warm_seconds * 1e9);
  measured_to = measured_from + (uint64_t)(options.seconds * 1e9);
  Meter from = meter();
  for (uint64_t at = began; at < measured_to; at = now()) {
    for (; sent < (long)((double)(at - began) / 1e9 * options.rate); sent++)
      say_publish(&clients[0], options.a_sends, options.qos, false, began + (uint64_t)((double)sent * 1e9 / options.rate),
                  (uint64_t)sent, (size_t)options.payload_bytes);
    if (clients[0].out_bytes && !clients[0].blocked) flush(&clients[0]);
    pump(0);
    errno = 0;
    if (closed) die("a connection was lost");
  }
  Meter to = meter();
  drain(sent);
  check_arrivals();
  print_meters("trip", from, to, (double)sent);
  print_latencies();
  printf(",\"lost\":%ld}\n", sent - received);
  hang_up(&clients[0], true);
  hang_up(&clients[1], true);
  return 0;
}

static int storm(void) {
  Client *clients = calloc((size_t)options.clients, sizeof *clients);
  if (!clients) die("calloc");
  double before = resident_kib();
  Meter from = meter();
  connect_all(clients, options.clients, options.at_once);
  Meter to = meter();
  for (uint64_t end = now() + (uint64_t)(options.seconds * 1e9); now() < end;) pump(50);
  double after = resident_kib();
  print_meters("storm", from, to, options.clients);
  printf(",\"connects_per_s\":%.1f,\"idle_kib\":%.0f,\"kib_each\":%.3f,\"lost\":%ld}\n",
         options.clients / ((double)(to.at - from.at) / 1e9), before, (after - before) / options.clients, closed);
  for (int i = 0; i < options.clients; i++) hang_up(&clients[i], true);
  return closed ? 1 : 0;
}

static bool answers_connect(void) {
  static const unsigned char connect_packet[] = {0x10, 17, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60, 0, 5, 'f', 'i', 'r', 's', 't'};
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)options.port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  struct timeval patience = {.tv_sec = 5};
  unsigned char answer[4] = {0};
  int socket_number = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(socket_number, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  bool good = !connect(socket_number, (struct sockaddr *)&address, sizeof address) &&
              send(socket_number, connect_packet, sizeof connect_packet, MSG_NOSIGNAL) == sizeof connect_packet &&
              recv(socket_number, answer, sizeof answer, MSG_WAITALL) == sizeof answer && answer[0] == 0x20 && !answer[3];
  close(socket_number);
  return good;
}

static int first(void) {
  struct timespec up;
  for (uint64_t limit = now() + FIRST_LIMIT_SECONDS * 1000000000ULL; !answers_connect();) {
    errno = 0;
    if (now() > limit) die("no CONNACK");
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  }
  clock_gettime(CLOCK_BOOTTIME, &up);
  printf("{\"mode\":\"first\",\"up_ms\":%.1f}\n", (double)up.tv_sec * 1e3 + (double)up.tv_nsec / 1e6);
  return 0;
}

int main(int count, char **values) {
  static const struct {
    const char *name;
    int (*run)(void);
  } modes[] = {{"flow", flow}, {"trip", trip}, {"storm", storm}, {"first", first}, {"keep", keep}, {"soak", soak}};
  read_options(count, values);
  start_loop();
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
    if (optind < count && !strcmp(values[optind], modes[i].name)) return modes[i].run();
  fprintf(stderr, "load flow|trip|storm|first|keep|soak, and options: see load.c\n");
  return 2;
}
