/*
 * What a broker keeps. A session that lasts has a QoS 1 subscription; a publisher sends numbered messages; a ledger, which
 * is a file, marks which were acknowledged to the publisher and which have come to the session. One run is one life of the
 * broker:
 *
 *   load keep --ledger FILE --publish N --window W [--offline] [--kill-after ACKS | --kill-ms MS --pid PID]
 *       publishes until N are acknowledged, or until this has killed the broker (SIGKILL) at that count or time. With
 *       --offline the session is away meanwhile, else it takes what comes.
 *   load keep --ledger FILE --drain
 *       only takes what comes, until nothing does any more; "lost" was acknowledged and has not come.
 */
#include "load.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ROOM = 32 << 20, ACKED = 1, ARRIVED = 2, SILENT_SECONDS = 4, LIMIT_SECONDS = 300 };
static const char *const TOPIC = "keep/load";

typedef struct {
  uint64_t next, highest, acked, arrived, repeated, disordered, lives, sessions_lost;
  unsigned char marks[ROOM];
} Ledger;

static Ledger *ledger;
static uint32_t sequences[65536];
static uint64_t last_arrival, killed_at;
static long acked_now;

static void kill_broker(void) {
  if (killed_at || !options.pid) return;
  kill(options.pid, SIGKILL);
  killed_at = now();
}

static void mark_acked(Client *c, uint16_t id) {
  (void)c;
  ledger->marks[sequences[id]] |= ACKED;
  ledger->acked++;
  acked_now++;
  if (options.kill_after && acked_now == options.kill_after) kill_broker();
}

static void mark_arrived(Client *c, const Arrival *a) {
  (void)c;
  last_arrival = read_at;
  if (a->sequence >= ROOM) return;
  if (ledger->marks[a->sequence] & ARRIVED) {
    ledger->repeated++;
    return;
  }
  ledger->marks[a->sequence] |= ARRIVED;
  ledger->arrived++;
  if (a->sequence + 1 < ledger->highest) ledger->disordered++;
  if (a->sequence + 1 > ledger->highest) ledger->highest = a->sequence + 1;
}

static void open_ledger(void) {
  int file = options.ledger ? open(options.ledger, O_RDWR | O_CREAT, 0600) : -1;
  if (file < 0 || ftruncate(file, sizeof *ledger)) die("--ledger");
  ledger = mmap(NULL, sizeof *ledger, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (ledger == MAP_FAILED) die("mmap");
  close(file);
}

static void join_session(Client *subscriber) {
  dial(subscriber, &(Login){.id = "keep-session", .persistent = true});
  await_count(&connected, 1, "no CONNACK");
  if (ledger->lives && !subscriber->present) ledger->sessions_lost++;
  if (!subscriber->present) {
    say_subscribe(subscriber, "keep/#", 1);
    await_count(&subscribed, 1, "no SUBACK");
    errno = 0;
    if (refused) die("the subscription was refused");
  }
}

static void fill_window(Client *publisher, uint64_t end) {
  while (publisher->unacked < options.window && ledger->next < end && !publisher->blocked) {
    uint16_t id = say_publish(publisher, TOPIC, 1, false, now(), ledger->next, (size_t)options.payload_bytes);
    sequences[id] = (uint32_t)ledger->next++;
  }
  flush(publisher);
}

static double publish_all(void) {
  Client publisher = {.number = 1};
  long before = connected;
  dial(&publisher, &(Login){.id = "keep-publisher"});
  await_count(&connected, before + 1, "no CONNACK");
  uint64_t began = now(), end = ledger->next + (uint64_t)options.publish, limit = began + LIMIT_SECONDS * 1000000000ULL;
  if (end > ROOM) end = ROOM;
  while (publisher.socket >= 0 && acked_now < options.publish && now() < limit) {
    if (!killed_at) fill_window(&publisher, end);
    pump(1);
    if (options.kill_ms && now() > began + (uint64_t)options.kill_ms * 1000000ULL) kill_broker();
  }
  return (double)((killed_at ? killed_at : now()) - began) / 1e9;
}

static void await_arrivals(Client *subscriber) {
  last_arrival = now();
  uint64_t limit = last_arrival + LIMIT_SECONDS * 1000000000ULL;
  while (subscriber->socket >= 0 && now() < last_arrival + SILENT_SECONDS * 1000000000ULL && now() < limit) pump(5);
}

/* What the killed broker's socket still holds counts too. */
static void take_rest(Client *subscriber) {
  for (uint64_t limit = now() + 1000000000ULL; subscriber->socket >= 0 && now() < limit;) pump(5);
}

int keep(void) {
  Client subscriber = {.number = 0};
  double took = 0;
  uint64_t lost = 0, unacknowledged = 0;
  on_publish = mark_arrived;
  on_ack = mark_acked;
  open_ledger();
  join_session(&subscriber);
  ledger->lives++;
  if (options.drain) {
    await_arrivals(&subscriber);
    hang_up(&subscriber, true);
  } else {
    if (options.offline) hang_up(&subscriber, true);
    took = publish_all();
    if (!options.offline) take_rest(&subscriber);
  }
  for (uint64_t i = 0; i < ledger->next; i++) {
    lost += ledger->marks[i] == ACKED;
    unacknowledged += ledger->marks[i] == ARRIVED;
  }
  printf("{\"mode\":\"keep\",\"published\":%lu,\"acked\":%lu,\"acked_now\":%ld,\"acked_per_s\":%.1f,\"arrived\":%lu,\"lost\":%lu,"
         "\"repeated\":%lu,\"disordered\":%lu,\"unacknowledged\":%lu,\"sessions_lost\":%lu,\"killed\":%d}\n",
         ledger->next, ledger->acked, acked_now, took > 0 ? (double)acked_now / took : 0, ledger->arrived, lost, ledger->repeated,
         ledger->disordered, unacknowledged, ledger->sessions_lost, killed_at != 0);
  return 0;
}
