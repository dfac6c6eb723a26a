/* A client's bytes and sockets, and the loop. */
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

enum { EVENTS = 256, READ_BYTES = 64 << 10, SOURCES = 250, PATIENCE_SECONDS = 60 };

SSL_CTX *secure;
uint64_t read_at;
long closed;
static int poller;
static long dialled;
static unsigned char piece[READ_BYTES];

uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000ULL + (uint64_t)t.tv_nsec;
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
    say_disconnect(c);
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
