/* MQTT 3.1.1: a client's packets, as they are written and taken. */
#include "load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 512, KEEP_ALIVE = 0 };
enum { CONNECT = 0x10, CONNACK = 2, PUBLISH = 3, PUBACK = 4, PUBREC = 5, PUBREL = 6, PUBCOMP = 7, SUBSCRIBE = 0x82, SUBACK = 9 };

long subscribed, refused, connected;
void (*on_publish)(Client *, const Arrival *);
void (*on_ack)(Client *, uint16_t id);

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

void say_connect(Client *c, const Login *l) {
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

void say_disconnect(Client *c) { memcpy(room(c, 2), "\xe0", 2); }

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

size_t take_all(Client *c, const unsigned char *bytes, size_t count) {
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
