/* What the parts of the load generator share: a client that speaks MQTT 3.1.1, the loop that drives all, and options. */
#ifndef LOAD_H
#define LOAD_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STAMP_BYTES = 16, MAX_PAYLOAD = 4096 };

typedef struct {
  int socket, number, unacked;
  SSL *tls;
  bool up, present, blocked;
  uint16_t last_id;
  unsigned char *in, *out;
  size_t in_bytes, in_room, out_from, out_bytes, out_room;
} Client;

/* What a PUBLISH brought. The first bytes of a payload are the nanosecond it was meant to be sent at, and its number. */
typedef struct {
  const char *topic;
  size_t topic_bytes;
  uint64_t sent_at, sequence;
  int qos;
  bool retained;
} Arrival;

typedef struct {
  const char *id, *user, *password, *will;
  bool persistent;
} Login;

typedef struct {
  int port, pid, publishers, subscribers, qos, payload_bytes, window, clients, at_once;
  double rate, warm_seconds, seconds;
  bool one_topic, offline, drain;
  long publish, kill_after, kill_ms;
  uint64_t seed;
  const char *ledger;
  Login a, b;
  const char *a_sends, *a_hears, *b_sends, *b_hears;
} Options;

/* Processor seconds so far: the broker's, this program's, and all that the machine was busy for. */
typedef struct {
  double broker, own, busy;
  uint64_t at;
} Meter;

extern Options options;
extern SSL_CTX *secure;
extern uint64_t read_at;                            /* when the bytes were read that are being looked at */
extern long subscribed, refused, closed, connected; /* SUBACKs, those with a failure in them, lost connections, CONNACKs */
extern void (*on_publish)(Client *, const Arrival *);
extern void (*on_ack)(Client *, uint16_t id); /* PUBACK or PUBCOMP */

void read_options(int count, char **values);

uint64_t now(void);
void die(const char *what);
void start_loop(void);
void pump(int wait_ms);
void dial(Client *c, const Login *login);
void flush(Client *c);
void hang_up(Client *c, bool politely);
/* Until *count is as high as wanted; ends the program when that takes too long or a connection is lost. */
void await_count(const long *count, long wanted, const char *what);

void say_connect(Client *c, const Login *login);
void say_subscribe(Client *c, const char *filter, int qos);
/* Not sent before flush. Answers the packet's id. */
uint16_t say_publish(Client *c, const char *topic, int qos, bool retain, uint64_t sent_at, uint64_t sequence, size_t bytes);
void say_disconnect(Client *c);
/* Takes whole packets; answers how many bytes they were. */
size_t take_all(Client *c, const unsigned char *bytes, size_t count);

Meter meter(void);
double resident_kib(void);

int keep(void);
int soak(void);

#endif
