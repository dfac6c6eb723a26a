/* A client's packets, bytes and sockets, and the loop. */
#define _GNU_SOURCE
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 256, READ_BYTES = 64 << 10, FIRST_ROOM = 512, SOURCES = 250, PATIENCE_SECONDS = 60, KEEP_ALIVE = 0 };
enum { CONNECT = 0x10, CONNACK = 2, PUBLISH = 3, PUBACK = 4, PUBREC = 5, PUBREL = 6, PUBCOMP = 7, SUBSCRIBE = 0x82, SUBACK = 9 };

SSL_CTX *secure;
uint64_t read_at;
long subscribed, refused, closed, connected;
void (*on_publish)(Client *, const Arrival *);
void (*on_ack)(Client *, uint16_t id);
static int poller;
static long dialled;
static unsigned char piece[READ_BYTES];

uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000ULL + (uint64_t)t.tv_nsec;
}

/* xorshift64* */
uint64_t next_random(void) {
  options.seed ^= options.seed >> 12;
  options.seed ^= options.seed << 25;
  options.seed ^= options.seed >> 27;
  return options.seed * 2685821657736338717ULL;
}

void die(const char *what) {
  if (errno)
    perror(what);
  else
    fprintf(stderr, "%s\n", what);
  exit(2);
}

void start_loop(void) {
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files)) die("getrlimit");
  files.rlim_cur = files.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &files)) die("setrlimit");
  poller = epoll_create1(0);
  if (poller < 0) die("epoll");
}

static unsigned char *room(Client *c, size_t bytes) {
  if (c->out_bytes + bytes > c->out_room) {
    memmove(c->out, c->out + c->out_from, c->out_bytes - c->out_from);
    c->out_bytes -= c->out_from;
    c->out_from = 0;
    while (c->out_bytes + bytes > c->out_room) c->out_room = c->out_room ? 2 * c->out_room : FIRST_ROOM;
    c->out = realloc(c->out, c->out_room);
    if (!c->out) die("realloc");
  }
  unsigned char *at = c->out + c->out_bytes;
  c->out_bytes += bytes;
  return at;
}

static size_t length_bytes(size_t length) { return length < 128 ? 1 : length < 16384 ? 2 : 3; }

static unsigned char *put_length(unsigned char *at, size_t length) {
  for (; length > 127; length >>= 7) *at++ = (unsigned char)(length | 128);
  *at++ = (unsigned char)length;
  return at;
}

static unsigned char *put_text(unsigned char *at, const char *text, size_t bytes) {
  *at++ = (unsigned char)(bytes >> 8);
  *at++ = (unsigned char)bytes;
  memcpy(at, text, bytes);
  return at + bytes;
}

static unsigned char *head(Client *c, unsigned char first, size_t length) {
  unsigned char *at = room(c, 1 + length_bytes(length) + length);
  *at++ = first;
  return put_length(at, length);
}

static void say_connect(Client *c, const Login *l) {
  size_t id = strlen(l->id), user = l->user ? strlen(l->user) : 0, password = l->password ? strlen(l->password) : 0;
  size_t will = l->will ? strlen(l->will) : 0;
  unsigned flags = (l->persistent ? 0 : 2) | (l->user ? 0x80 : 0) | (l->password ? 0x40 : 0) | (l->will ? 0x04 : 0);
  size_t length = 12 + id + (l->user ? 2 + user : 0) + (l->password ? 2 + password : 0) + (l->will ? 6 + will : 0);
  unsigned char *at = head(c, CONNECT, length);
  memcpy(at, "\0\4MQTT\4", 7);
  at[7] = (unsigned char)flags;
  at[8] = KEEP_ALIVE >> 8;
  at[9] = KEEP_ALIVE & 255;
  at = put_text(at + 10, l->id, id);
  if (l->will) at = put_text(put_text(at, l->will, will), "gone", 2);
  if (l->user) at = put_text(at, l->user, user);
  if (l->password) put_text(at, l->password, password);
}

void say_subscribe(Client *c, const char *filter, int qos) {
  size_t bytes = strlen(filter);
  unsigned char *at = head(c, SUBSCRIBE, 5 + bytes);
  *at++ = 0;
  *at++ = 1;
  *put_text(at, filter, bytes) = (unsigned char)qos;
  flush(c);
}

/* Not sent before flush. Answers the packet's id. */
uint16_t say_publish(Client *c, const char *topic, int qos, bool retain, uint64_t sent_at, uint64_t sequence, size_t bytes) {
  size_t topic_bytes = strlen(topic);
  unsigned char *at =
      head(c, (unsigned char)(PUBLISH << 4 | qos << 1 | retain), 2 + topic_bytes + (qos ? 2 : 0) + bytes);
  at = put_text(at, topic, topic_bytes);
  if (qos) {
    if (++c->last_id == 0) c->last_id = 1;
    *at++ = (unsigned char)(c->last_id >> 8);
    *at++ = (unsigned char)c->last_id;
    c->unacked++;
  }
  memcpy(at, &sent_at, 8);
  memcpy(at + 8, &sequence, 8);
  memset(at + STAMP_BYTES, 'x', bytes - STAMP_BYTES);
  return c->last_id;
}

static void say_ack(Client *c, unsigned first, const unsigned char *id) {
  unsigned char *at = room(c, 4);
  at[0] = (unsigned char)first;
  at[1] = 2;
  at[2] = id[0];
  at[3] = id[1];
}

static void lose(Client *c) {
  if (c->socket < 0) return;
  closed++;
  hang_up(c, false);
}

static void watch(Client *c, bool blocked) {
  if (c->blocked == blocked) return;
  c->blocked = blocked;
  struct epoll_event event = {.events = EPOLLIN | (blocked ? EPOLLOUT : 0), .data.ptr = c};
  epoll_ctl(poller, EPOLL_CTL_MOD, c->socket, &event);
}

static ssize_t transmit(Client *c, const void *bytes, size_t count) {
  if (!c->tls) return send(c->socket, bytes, count, MSG_NOSIGNAL);
  int sent = SSL_write(c->tls, bytes, (int)count);
  if (sent > 0) return sent;
  int why = SSL_get_error(c->tls, sent);
  errno = why == SSL_ERROR_WANT_WRITE || why == SSL_ERROR_WANT_READ ? EAGAIN : EPROTO;
  return -1;
}

static ssize_t receive(Client *c) {
  if (!c->tls) return recv(c->socket, piece, READ_BYTES, 0);
  int got = SSL_read(c->tls, piece, READ_BYTES);
  if (got > 0) return got;
  errno = SSL_get_error(c->tls, got) == SSL_ERROR_WANT_READ ? EAGAIN : EPROTO;
  return -1;
}

void flush(Client *c) {
  while (c->socket >= 0 && c->out_from < c->out_bytes) {
    ssize_t sent = transmit(c, c->out + c->out_from, c->out_bytes - c->out_from);
    if (sent < 0 && (errno == EAGAIN || errno == ENOTCONN)) {
      watch(c, true);
      return;
    }
    if (sent < 0) {
      lose(c);
      return;
    }
    c->out_from += (size_t)sent;
  }
  c->out_from = c->out_bytes = 0;
  if (c->socket >= 0) watch(c, false);
}

void hang_up(Client *c, bool politely) {
  if (c->socket < 0) return;
  if (politely) {
    memcpy(room(c, 2), "\xe0", 2);
    flush(c);
    if (c->socket < 0) return;
  }
  SSL_free(c->tls);
  close(c->socket);
  free(c->in);
  free(c->out);
  *c = (Client){.socket = -1, .number = c->number};
}

/* One of many addresses of loopback, so that ports never run short and no one is thought to be a single visitor. */
static void bind_source(int socket) {
  uint32_t host = 127u << 24 | (1 + (uint32_t)getpid() % SOURCES) << 16 | (1 + (uint32_t)(dialled++ % SOURCES)) << 8 | 1;
  struct sockaddr_in source = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(host)};
  int on = 1;
  setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  if (bind(socket, (struct sockaddr *)&source, sizeof source)) die("bind");
}

/* Connects and sends CONNECT; "up" when the CONNACK has come. Over TLS it waits for the handshake. */
void dial(Client *c, const Login *login) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)options.port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  *c = (Client){.number = c->number};
  c->socket = socket(AF_INET, SOCK_STREAM | (secure ? 0 : SOCK_NONBLOCK), 0);
  if (c->socket < 0) die("socket");
  int on = 1;
  setsockopt(c->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  bind_source(c->socket);
  if (connect(c->socket, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS) {
    lose(c);
    return;
  }
  if (secure) {
    c->tls = SSL_new(secure);
    if (!c->tls || !SSL_set_fd(c->tls, c->socket) || SSL_connect(c->tls) != 1) die("TLS");
    fcntl(c->socket, F_SETFL, O_NONBLOCK);
  }
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
  epoll_ctl(poller, EPOLL_CTL_ADD, c->socket, &event);
  say_connect(c, login);
  flush(c);
}

static void take_publish(Client *c, unsigned char first, const unsigned char *body, size_t bytes) {
  Arrival a = {.topic = (const char *)body + 2, .qos = first >> 1 & 3, .retained = first & 1};
  a.topic_bytes = (size_t)(body[0] << 8 | body[1]);
  size_t id = 2 + a.topic_bytes, payload = id + (a.qos ? 2 : 0);
  if (bytes >= payload + STAMP_BYTES) {
    memcpy(&a.sent_at, body + payload, 8);
    memcpy(&a.sequence, body + payload + 8, 8);
  }
  if (on_publish) on_publish(c, &a);
  if (a.qos) say_ack(c, (a.qos == 1 ? PUBACK : PUBREC) << 4, body + id);
}

static void take(Client *c, unsigned char first, const unsigned char *body, size_t bytes) {
  switch (first >> 4) {
    case CONNACK:
      errno = 0;
      if (body[1]) die("a CONNACK that refuses");
      c->up = true;
      c->present = body[0] & 1;
      connected++;
      break;
    case SUBACK:
      subscribed++;
      refused += body[bytes - 1] > 2;
      break;
    case PUBLISH: take_publish(c, first, body, bytes); break;
    case PUBREC: say_ack(c, PUBREL << 4 | 2, body); break;
    case PUBREL: say_ack(c, PUBCOMP << 4, body); break;
    case PUBACK:
    case PUBCOMP:
      c->unacked--;
      if (on_ack) on_ack(c, (uint16_t)(body[0] << 8 | body[1]));
      break;
    default: break;
  }
}

/* Takes whole packets; answers how many bytes they were. */
static size_t take_all(Client *c, const unsigned char *bytes, size_t count) {
  size_t at = 0;
  while (c->socket >= 0) {
    size_t length = 0, next = at + 1;
    int shift = 0;
    do {
      if (next >= count) return at;
      length |= (size_t)(bytes[next] & 127) << shift;
      shift += 7;
    } while (bytes[next++] & 128);
    if (count - next < length) return at;
    take(c, bytes[at], bytes + next, length);
    at = next + length;
  }
  return count;
}

/* Whole packets are taken where they were read; only what is torn is kept. */
static void read_once(Client *c, size_t got) {
  const unsigned char *bytes = piece;
  size_t count = got;
  if (c->in_bytes) {
    if (c->in_bytes + got > c->in_room) {
      c->in_room = c->in_bytes + got;
      c->in = realloc(c->in, c->in_room);
      if (!c->in) die("realloc");
    }
    memcpy(c->in + c->in_bytes, piece, got);
    bytes = c->in;
    count += c->in_bytes;
  }
  size_t taken = take_all(c, bytes, count);
  if (c->socket < 0) return;
  size_t left = count - taken;
  if (left > c->in_room) {
    c->in = realloc(c->in, c->in_room = left);
    if (!c->in) die("realloc");
  }
  if (left) memmove(c->in, bytes + taken, left);
  c->in_bytes = left;
}

static void read_ready(Client *c) {
  ssize_t got;
  do {
    got = receive(c);
    if (got == 0 || (got < 0 && errno != EAGAIN)) {
      lose(c);
      return;
    }
    if (got < 0) break;
    read_at = now();
    read_once(c, (size_t)got);
  } while (c->socket >= 0 && (got == READ_BYTES || c->tls));
  flush(c);
}

void pump(int wait_ms) {
  struct epoll_event events[EVENTS];
  int ready = epoll_wait(poller, events, EVENTS, wait_ms);
  for (int i = 0; i < ready; i++) {
    Client *c = events[i].data.ptr;
    if (c->socket >= 0 && events[i].events & EPOLLOUT) flush(c);
    if (c->socket >= 0 && events[i].events & ~(uint32_t)EPOLLOUT) read_ready(c);
  }
}

void await_count(const long *count, long wanted, const char *what) {
  for (uint64_t limit = now() + PATIENCE_SECONDS * 1000000000ULL; *count < wanted;) {
    pump(1);
    errno = 0;
    if (closed) die("a connection was lost");
    if (now() > limit) die(what);
  }
}

static double processor_seconds(void) {
  char name[64], text[1024];
  unsigned long user = 0, kernel = 0;
  snprintf(name, sizeof name, "/proc/%d/stat", options.pid);
  FILE *file = options.pid ? fopen(name, "r") : NULL;
  if (!file) return 0;
  text[fread(text, 1, sizeof text - 1, file)] = 0;
  fclose(file);
  char *end = strrchr(text, ')');
  if (end) sscanf(end + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel);
  return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

/* All but idle time. Interrupts are in, since the kernel counts them to the processes that they interrupt too. */
static double busy_seconds(void) {
  double user = 0, nice = 0, kernel = 0, idle, wait, hard = 0, soft = 0, stolen = 0;
  FILE *file = fopen("/proc/stat", "r");
  if (!file) return 0;
  int got = fscanf(file, "cpu %lf %lf %lf %lf %lf %lf %lf %lf", &user, &nice, &kernel, &idle, &wait, &hard, &soft, &stolen);
  fclose(file);
  return got == 8 ? (user + nice + kernel + hard + soft + stolen) / (double)sysconf(_SC_CLK_TCK) : 0;
}

Meter meter(void) {
  struct rusage own;
  getrusage(RUSAGE_SELF, &own);
  return (Meter){.broker = processor_seconds(),
                 .own = (double)(own.ru_utime.tv_sec + own.ru_stime.tv_sec) +
                        (double)(own.ru_utime.tv_usec + own.ru_stime.tv_usec) / 1e6,
                 .busy = busy_seconds(),
                 .at = now()};
}

double resident_kib(void) {
  char name[64], line[256];
  double kib = 0;
  snprintf(name, sizeof name, "/proc/%d/status", options.pid);
  FILE *file = options.pid ? fopen(name, "r") : NULL;
  if (!file) return 0;
  while (fgets(line, sizeof line, file))
    if (!strncmp(line, "VmRSS:", 6)) kib = atof(line + 6);
  fclose(file);
  return kib;
}
