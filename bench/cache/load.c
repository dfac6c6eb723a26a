/*
 * An HTTP/1.1 load generator for large bodies. Bodies are dropped inside the kernel (MSG_TRUNC), so that it costs little
 * processor time beside what it measures. One thread, epoll.
 *
 * The bench's files hold at every offset that is a multiple of 8 the offset itself, little-endian; --verify reads bodies
 * and compares. --pace reads that many bytes a second a client and no more, with small receive buffers. --tls speaks TLS
 * 1.3 with the cipher that Windows names first, and does not ask whose certificate it is.
 *
 * A '#' in the target becomes the number of the request: each asks for another object.
 *
 * Prints one line of name=value pairs: requests bytes seconds errors wrong first_ms_p50 first_ms_max done_ms_p50
 * done_ms_max. "wrong" counts bodies of a wrong length or with a wrong byte. Exits with 1 when there was an error.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_BYTES = 16384, PIECE_BYTES = 1 << 20, READS_A_TURN = 16, EVENTS = 256, LIMIT_SECONDS = 300, TURNS_A_SECOND = 10 };

typedef struct {
  int socket;
  SSL *tls;
  bool in_body, close_after, wrong;
  char head[HEAD_BYTES + 1];
  size_t head_bytes;
  uint64_t offset, left, wanted;
  uint32_t *order;
  uint64_t next_in_order;
  double asked_at, first_at;
  long asked;
} Client;

static const char *host = "127.0.0.1", *target = "/";
static int port = 80, clients_count = 1, mss = 0;
static double seconds = 0;
static uint64_t range_bytes = 0, object_bytes = 1 << 20, align_bytes = 1 << 20, seed = 1;
static uint64_t pace = 0, from = 0;
static bool shuffle = false, verify = false;
static SSL_CTX *secure;

static Client *clients;
static int poller;
static long active, errors, wrong, numbered;
static uint64_t body_bytes;
static double ends_at;
static double *first_ms, *done_ms;
static size_t records, capacity;
static unsigned char *piece;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* xorshift64* */
static uint64_t next_random(void) {
  seed ^= seed >> 12;
  seed ^= seed << 25;
  seed ^= seed >> 27;
  return seed * 2685821657736338717ULL;
}

static void die(const char *what) {
  perror(what);
  exit(2);
}

static void record(const Client *c, double at) {
  if (records == capacity) {
    capacity = capacity ? 2 * capacity : 4096;
    first_ms = realloc(first_ms, capacity * sizeof *first_ms);
    done_ms = realloc(done_ms, capacity * sizeof *done_ms);
    if (!first_ms || !done_ms) die("realloc");
  }
  first_ms[records] = (c->first_at - c->asked_at) * 1e3;
  done_ms[records++] = (at - c->asked_at) * 1e3;
}

static void hang_up(Client *c) {
  SSL_free(c->tls);
  c->tls = NULL;
  if (c->socket >= 0) close(c->socket);
  c->socket = -1;
}

/* As recv: how many bytes, 0 at the end, -1 with EAGAIN when there are none now. */
static ssize_t receive(Client *c, void *into, size_t most, bool drop) {
  if (!c->tls) return recv(c->socket, into, most, drop ? MSG_TRUNC : 0);
  int got = SSL_read(c->tls, into, (int)(most < PIECE_BYTES ? most : PIECE_BYTES));
  if (got > 0) return got;
  errno = SSL_get_error(c->tls, got) == SSL_ERROR_WANT_READ ? EAGAIN : EPROTO;
  return -1;
}

static bool transmit(Client *c, const char *bytes, int count) {
  return (c->tls ? SSL_write(c->tls, bytes, count) : send(c->socket, bytes, (size_t)count, MSG_NOSIGNAL)) == count;
}

static bool dial(Client *c) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  inet_pton(AF_INET, host, &address.sin_addr);
  c->socket = socket(AF_INET, SOCK_STREAM, 0);
  if (c->socket < 0) die("socket");
  int receive_buffer = pace ? 16 << 10 : 4 << 20, on = 1;
  if (mss) setsockopt(c->socket, IPPROTO_TCP, TCP_MAXSEG, &mss, sizeof mss);
  setsockopt(c->socket, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  setsockopt(c->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(c->socket, (struct sockaddr *)&address, sizeof address)) {
    hang_up(c);
    return false;
  }
  if (secure) {
    c->tls = SSL_new(secure);
    if (!c->tls || !SSL_set_fd(c->tls, c->socket) || SSL_connect(c->tls) != 1) {
      hang_up(c);
      return false;
    }
  }
  fcntl(c->socket, F_SETFL, O_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
  epoll_ctl(poller, EPOLL_CTL_ADD, c->socket, &event);
  return true;
}

static bool has_more(const Client *c) {
  if (seconds > 0) return now() < ends_at;
  if (shuffle) return c->next_in_order < (object_bytes + range_bytes - 1) / range_bytes;
  return c->asked == 0;
}

static void leave(Client *c) {
  hang_up(c);
  active--;
}

static void ask(Client *c) {
  char request[4096], range[80] = "";
  if (c->socket < 0 && !dial(c)) {
    errors++;
    leave(c);
    return;
  }
  c->offset = c->wanted = 0;
  if (range_bytes) {
    uint64_t places = (object_bytes - range_bytes) / align_bytes + 1;
    uint64_t start = shuffle ? c->order[c->next_in_order++] * range_bytes : from ? from : next_random() % places * align_bytes;
    uint64_t last = start + range_bytes - 1 < object_bytes ? start + range_bytes - 1 : object_bytes - 1;
    c->offset = start;
    c->wanted = last - start + 1;
    snprintf(range, sizeof range, "Range: bytes=%lu-%lu\r\n", start, last);
  }
  const char *mark = strchr(target, '#');
  char number[24] = "";
  if (mark) snprintf(number, sizeof number, "%ld", numbered++);
  int length = snprintf(request, sizeof request, "GET %.*s%s%s HTTP/1.1\r\nHost: %s:%d\r\nAccept: */*\r\n%s\r\n",
                        (int)(mark ? mark - target : (long)strlen(target)), target, number, mark ? mark + 1 : "", host, port,
                        range);
  c->head_bytes = 0;
  c->in_body = c->wrong = false;
  c->first_at = 0;
  c->asked_at = now();
  c->asked++;
  if (!transmit(c, request, length)) {
    errors++;
    leave(c);
  }
}

static void fail(Client *c) {
  errors++;
  leave(c);
}

static void compare(Client *c, const unsigned char *bytes, size_t count) {
  for (size_t i = 0; i < count && !c->wrong; i++) {
    uint64_t at = c->offset + i, word = at & ~7ULL;
    c->wrong = bytes[i] != ((word >> (8 * (at & 7))) & 255);
  }
}

static void take(Client *c, const unsigned char *bytes, size_t count) {
  if (verify && bytes) compare(c, bytes, count);
  c->offset += count;
  c->left -= count;
  body_bytes += count;
  if (c->left) return;
  record(c, now());
  wrong += c->wrong;
  if (c->close_after) hang_up(c);
  c->in_body = false;
  c->head_bytes = 0;
  if (has_more(c))
    ask(c);
  else
    leave(c);
}

/* Reads the head; what came of the body with it is taken. Answers whether there may be more to read. */
static bool read_head(Client *c) {
  ssize_t got = receive(c, c->head + c->head_bytes, HEAD_BYTES - c->head_bytes, false);
  if (got < 0 && errno == EAGAIN) return false;
  if (got <= 0) {
    fail(c);
    return false;
  }
  if (!c->first_at) c->first_at = now();
  c->head_bytes += (size_t)got;
  c->head[c->head_bytes] = 0;
  char *end = strstr(c->head, "\r\n\r\n");
  if (!end) {
    if (c->head_bytes == HEAD_BYTES) fail(c);
    return c->socket >= 0;
  }
  *end = 0;
  char *length = strcasestr(c->head, "\r\ncontent-length:");
  int status = atoi(c->head + sizeof "HTTP/1.1");
  if (!length || (status != 200 && status != 206)) {
    fail(c);
    return false;
  }
  c->close_after = strcasestr(c->head, "\r\nconnection: close") != NULL;
  c->left = strtoull(length + sizeof "\r\ncontent-length", NULL, 10);
  c->wrong = c->wanted && (status != 206 || c->left != c->wanted);
  c->in_body = true;
  size_t head = (size_t)(end + 4 - c->head), there = c->head_bytes - head;
  take(c, (unsigned char *)end + 4, there < c->left ? there : c->left);
  return c->socket >= 0;
}

static bool read_body(Client *c) {
  size_t longest = pace ? pace / TURNS_A_SECOND : verify ? PIECE_BYTES : c->left;
  size_t most = c->left < longest ? c->left : longest;
  ssize_t got = receive(c, piece, most, !verify);
  if (got < 0 && errno == EAGAIN) return false;
  if (got <= 0) {
    fail(c);
    return false;
  }
  take(c, verify ? piece : NULL, (size_t)got);
  return c->socket >= 0;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double quantile(double *values, double part) {
  if (!records) return 0;
  qsort(values, records, sizeof *values, ascending);
  return values[(size_t)(part * (double)(records - 1) + 0.5)];
}

static SSL_CTX *tls_context(void) {
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  if (!context || !SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) ||
      !SSL_CTX_set_ciphersuites(context, "TLS_AES_256_GCM_SHA384"))
    die("TLS");
  SSL_CTX_set_read_ahead(context, 1);
  return context;
}

static void read_options(int count, char **values) {
  static const struct option options[] = {
      {"host", 1, 0, 'h'},    {"port", 1, 0, 'p'},  {"target", 1, 0, 't'}, {"clients", 1, 0, 'c'}, {"seconds", 1, 0, 's'},
      {"range", 1, 0, 'r'},   {"object", 1, 0, 'o'}, {"align", 1, 0, 'a'},  {"mss", 1, 0, 'm'},     {"seed", 1, 0, 'x'},
      {"pace", 1, 0, 'b'},    {"shuffle", 0, 0, 'f'}, {"verify", 0, 0, 'v'}, {"tls", 0, 0, 'l'},
      {"from", 1, 0, 'g'},    {0, 0, 0, 0}};
  for (int o; (o = getopt_long(count, values, "", options, NULL)) != -1;) {
    switch (o) {
      case 'h': host = optarg; break;
      case 'p': port = atoi(optarg); break;
      case 't': target = optarg; break;
      case 'c': clients_count = atoi(optarg); break;
      case 's': seconds = atof(optarg); break;
      case 'r': range_bytes = strtoull(optarg, NULL, 10); break;
      case 'o': object_bytes = strtoull(optarg, NULL, 10); break;
      case 'a': align_bytes = strtoull(optarg, NULL, 10); break;
      case 'm': mss = atoi(optarg); break;
      case 'x': seed = strtoull(optarg, NULL, 10) * 2654435761ULL + 1; break;
      case 'b': pace = strtoull(optarg, NULL, 10); break;
      case 'f': shuffle = true; break;
      case 'v': verify = true; break;
      case 'g': from = strtoull(optarg, NULL, 10); break;
      case 'l': secure = tls_context(); break;
      default: exit(2);
    }
  }
}

static void shuffle_order(Client *c) {
  uint64_t count = (object_bytes + range_bytes - 1) / range_bytes;
  c->order = malloc(count * sizeof *c->order);
  for (uint64_t i = 0; i < count; i++) c->order[i] = (uint32_t)i;
  for (uint64_t i = count - 1; i > 0; i--) {
    uint64_t j = next_random() % (i + 1);
    uint32_t t = c->order[i];
    c->order[i] = c->order[j];
    c->order[j] = t;
  }
}

/* Answers when a socket has something, at most so many at a time. */
static void read_ready(void) {
  struct epoll_event events[EVENTS];
  int ready = epoll_wait(poller, events, EVENTS, 100);
  for (int i = 0; i < ready; i++) {
    Client *c = events[i].data.ptr;
    for (int reads = 0; c->socket >= 0 && (reads < READS_A_TURN || (c->tls && SSL_has_pending(c->tls))); reads++)
      if (!(c->in_body ? read_body(c) : read_head(c))) break;
  }
}

/* Gives each client its one read of a turn. */
static void read_paced(void) {
  for (int i = 0; i < clients_count; i++)
    if (clients[i].socket >= 0) (void)(clients[i].in_body ? read_body(&clients[i]) : read_head(&clients[i]));
  nanosleep(&(struct timespec){.tv_nsec = 1000000000L / TURNS_A_SECOND}, NULL);
}

int main(int count, char **values) {
  read_options(count, values);
  struct rlimit files = {.rlim_cur = 8192, .rlim_max = 8192};
  if (setrlimit(RLIMIT_NOFILE, &files)) die("setrlimit");
  poller = epoll_create1(0);
  piece = malloc(PIECE_BYTES);
  clients = calloc((size_t)clients_count, sizeof *clients);
  if (poller < 0 || !piece || !clients) die("start");
  active = clients_count;
  for (int i = 0; i < clients_count; i++) {
    if (shuffle) shuffle_order(&clients[i]);
    if (!dial(&clients[i])) die("connect");
  }
  double began = now(), limit = began + (seconds > 0 ? seconds + 10 : LIMIT_SECONDS);
  ends_at = began + seconds;
  for (int i = 0; i < clients_count; i++) ask(&clients[i]);
  while (active > 0 && now() < limit && !(seconds > 0 && now() >= ends_at)) {
    if (pace)
      read_paced();
    else
      read_ready();
  }
  double took = now() - began;
  if (seconds <= 0 && active > 0) errors += active;
  printf("requests=%zu bytes=%lu seconds=%.4f errors=%ld wrong=%ld first_ms_p50=%.2f first_ms_max=%.2f "
         "done_ms_p50=%.2f done_ms_max=%.2f\n",
         records, body_bytes, took, errors, wrong, quantile(first_ms, .5), quantile(first_ms, 1),
         quantile(done_ms, .5), quantile(done_ms, 1));
  return errors || wrong ? 1 : 0;
}
