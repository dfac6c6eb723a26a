/*
 * A mixed load for --seconds: a publisher of each QoS and of retained messages, a steady subscriber, a session that lasts
 * and is away half of the time, and --clients visitors that come, take what is retained, and leave: half of them without
 * DISCONNECT, so that their wills are sent. Each QoS has numbered messages; nothing of QoS 1 may be missing, nothing of
 * QoS 2 missing or twice. Ends early when a connection is lost that nobody hung up.
 */
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RETAINED_TOPICS = 100, AWAY_SECONDS = 10, MOST_VISIT_MS = 5000, MOST_BYTES = 2048, MOST_UNACKED = 20 };
enum { SILENT_SECONDS = 5, LIMIT_SECONDS = 60 };
enum { STEADY, AWAY, FIRST_PUBLISHER, FIRST_VISITOR = FIRST_PUBLISHER + 4 };

typedef struct {
  unsigned char *seen;
  uint64_t room, arrived, repeated;
} Tally;

/* Messages a second: QoS 0, 1, 2, retained (QoS 1). */
static const double rates[4] = {500, 300, 100, 20};
static const char *const topics[4] = {"soak/q0", "soak/q1", "soak/q2", "soak/retained"};
static uint64_t sent[4], next_id, visits, wills, retained, last_arrival;
static Tally steady[3], away;
static Client *clients;
static uint64_t *leaves_at;

/* xorshift64* */
static uint64_t next_random(void) {
  options.seed ^= options.seed >> 12;
  options.seed ^= options.seed << 25;
  options.seed ^= options.seed >> 27;
  return options.seed * 2685821657736338717ULL;
}

static void mark(Tally *t, uint64_t sequence) {
  if (sequence >= t->room) {
    uint64_t room = 2 * sequence + 4096;
    t->seen = realloc(t->seen, room);
    if (!t->seen) die("realloc");
    memset(t->seen + t->room, 0, room - t->room);
    t->room = room;
  }
  if (t->seen[sequence]) t->repeated++;
  t->arrived += !t->seen[sequence];
  t->seen[sequence] = 1;
}

static void take_arrival(Client *c, const Arrival *a) {
  if (c->number >= FIRST_VISITOR) {
    retained += a->retained;
    return;
  }
  last_arrival = read_at;
  char last = a->topic[a->topic_bytes - 1];
  if (a->topic_bytes == strlen("soak/will") && last == 'l')
    wills++;
  else if (c->number == AWAY)
    mark(&away, a->sequence);
  else if (last >= '0' && last <= '2')
    mark(&steady[last - '0'], a->sequence);
}

static void publish_due(uint64_t began, uint64_t at) {
  char topic[64];
  for (int i = 0; i < 4; i++) {
    Client *c = &clients[FIRST_PUBLISHER + i];
    while (c->unacked < MOST_UNACKED && sent[i] < (uint64_t)((double)(at - began) / 1e9 * rates[i])) {
      size_t bytes = STAMP_BYTES + next_random() % (MOST_BYTES - STAMP_BYTES);
      bool keeps = i == 3;
      snprintf(topic, sizeof topic, keeps ? "%s/%lu" : "%s", topics[i], sent[i] % RETAINED_TOPICS);
      say_publish(c, topic, keeps ? 1 : i, keeps, at, sent[i]++, bytes);
    }
    flush(c);
  }
}

static void visit(int number) {
  char id[64];
  Client *c = &clients[number];
  if (c->socket >= 0) hang_up(c, next_random() % 2);
  snprintf(id, sizeof id, "soak-%lu", next_id++);
  dial(c, &(Login){.id = id, .will = "soak/will"});
  say_subscribe(c, "soak/retained/#", (int)(next_random() % 3));
  visits++;
  leaves_at[number] = now() + (200 + next_random() % MOST_VISIT_MS) * 1000000ULL;
}

static void come_or_go(bool comes) {
  if (comes && clients[AWAY].socket < 0)
    dial(&clients[AWAY], &(Login){.id = "soak-away", .persistent = true});
  else if (!comes && clients[AWAY].socket >= 0)
    hang_up(&clients[AWAY], next_random() % 2);
}

static void set_up(void) {
  static const char *const ids[] = {"soak-steady", "soak-away", "soak-p0", "soak-p1", "soak-p2", "soak-p3"};
  clients = calloc((size_t)(FIRST_VISITOR + options.clients), sizeof *clients);
  leaves_at = calloc((size_t)(FIRST_VISITOR + options.clients), sizeof *leaves_at);
  if (!clients || !leaves_at) die("calloc");
  for (int i = 0; i < FIRST_VISITOR + options.clients; i++) clients[i] = (Client){.socket = -1, .number = i};
  for (int i = 0; i < FIRST_VISITOR; i++) dial(&clients[i], &(Login){.id = ids[i], .persistent = i == AWAY});
  await_count(&connected, FIRST_VISITOR, "CONNACKs do not come");
  for (int i = 0; i < 3; i++) say_subscribe(&clients[STEADY], topics[i], i);
  say_subscribe(&clients[STEADY], "soak/will", 0);
  say_subscribe(&clients[AWAY], topics[1], 1);
  await_count(&subscribed, 5, "SUBACKs do not come");
  errno = 0;
  if (refused) die("a subscription was refused");
}

static void drain(void) {
  come_or_go(true);
  last_arrival = now();
  uint64_t limit = last_arrival + LIMIT_SECONDS * 1000000000ULL;
  while (now() < last_arrival + SILENT_SECONDS * 1000000000ULL && now() < limit) pump(5);
}

int soak(void) {
  on_publish = take_arrival;
  set_up();
  uint64_t began = now(), end = began + (uint64_t)(options.seconds * 1e9);
  for (uint64_t at = began; at < end && !closed; at = now()) {
    publish_due(began, at);
    for (int i = FIRST_VISITOR; i < FIRST_VISITOR + options.clients; i++)
      if (at >= leaves_at[i]) visit(i);
    come_or_go((at - began) / (AWAY_SECONDS * 1000000000ULL) % 2 == 0);
    pump(5);
  }
  drain();
  printf("{\"mode\":\"soak\",\"sent_0\":%lu,\"sent_1\":%lu,\"sent_2\":%lu,\"sent_retained\":%lu,\"missing_0\":%lu,"
         "\"missing_1\":%lu,"
         "\"missing_2\":%lu,\"repeated_2\":%lu,\"missing_away\":%lu,\"repeated_away\":%lu,\"visits\":%lu,\"wills\":%lu,"
         "\"retained\":%lu,\"dropped\":%ld}\n",
         sent[0], sent[1], sent[2], sent[3], sent[0] - steady[0].arrived, sent[1] - steady[1].arrived,
         sent[2] - steady[2].arrived,
         steady[2].repeated, sent[1] - away.arrived, away.repeated, visits, wills, retained, closed);
  return 0;
}
