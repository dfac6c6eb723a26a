/* The command line: load.c, keep.c and soak.c say what the options mean. */
#include "load.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

Options options = {.port = 1883, .publishers = 1, .subscribers = 1, .payload_bytes = 64, .window = 100, .clients = 10000,
                   .at_once = 50, .rate = 0, .warm_seconds = 1, .seconds = 5, .seed = 88172645463325252ULL,
                   .a = {.id = "bench-a"}, .b = {.id = "bench-b"}, .a_sends = "bench/a", .a_hears = "bench/b",
                   .b_sends = "bench/b", .b_hears = "bench/a"};

static SSL_CTX *tls_context(void) {
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  if (!context) die("TLS");
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return context;
}

void read_options(int count, char **values) {
  enum { PORT = 1, PID, PUBLISHERS, SUBSCRIBERS, QOS, BYTES, WINDOW, CLIENTS, AT_ONCE, RATE, WARM, SECONDS, ONE_TOPIC, OFFLINE,
         DRAIN, PUBLISH, KILL_AFTER, KILL_MS, SEED, LEDGER, TLS, A_ID, A_USER, A_PASSWORD, A_SENDS, A_HEARS, B_ID, B_USER,
         B_PASSWORD, B_SENDS, B_HEARS };
  static const struct option names[] = {
      {"port", 1, 0, PORT}, {"pid", 1, 0, PID}, {"publishers", 1, 0, PUBLISHERS}, {"subscribers", 1, 0, SUBSCRIBERS},
      {"qos", 1, 0, QOS}, {"bytes", 1, 0, BYTES}, {"window", 1, 0, WINDOW}, {"clients", 1, 0, CLIENTS},
      {"at-once", 1, 0, AT_ONCE}, {"rate", 1, 0, RATE}, {"warm", 1, 0, WARM}, {"seconds", 1, 0, SECONDS},
      {"one-topic", 0, 0, ONE_TOPIC},
      {"offline", 0, 0, OFFLINE}, {"drain", 0, 0, DRAIN}, {"publish", 1, 0, PUBLISH}, {"kill-after", 1, 0, KILL_AFTER},
      {"kill-ms", 1, 0, KILL_MS}, {"seed", 1, 0, SEED}, {"ledger", 1, 0, LEDGER}, {"tls", 0, 0, TLS}, {"a-id", 1, 0, A_ID},
      {"a-user", 1, 0, A_USER}, {"a-password", 1, 0, A_PASSWORD}, {"a-sends", 1, 0, A_SENDS}, {"a-hears", 1, 0, A_HEARS},
      {"b-id", 1, 0, B_ID}, {"b-user", 1, 0, B_USER}, {"b-password", 1, 0, B_PASSWORD}, {"b-sends", 1, 0, B_SENDS},
      {"b-hears", 1, 0, B_HEARS}, {0, 0, 0, 0}};
  for (int o; (o = getopt_long(count, values, "", names, NULL)) != -1;) {
    switch (o) {
      case PORT: options.port = atoi(optarg); break;
      case PID: options.pid = atoi(optarg); break;
      case PUBLISHERS: options.publishers = atoi(optarg); break;
      case SUBSCRIBERS: options.subscribers = atoi(optarg); break;
      case QOS: options.qos = atoi(optarg); break;
      case BYTES: options.payload_bytes = atoi(optarg); break;
      case WINDOW: options.window = atoi(optarg); break;
      case CLIENTS: options.clients = atoi(optarg); break;
      case AT_ONCE: options.at_once = atoi(optarg); break;
      case RATE: options.rate = atof(optarg); break;
      case WARM: options.warm_seconds = atof(optarg); break;
      case SECONDS: options.seconds = atof(optarg); break;
      case ONE_TOPIC: options.one_topic = true; break;
      case OFFLINE: options.offline = true; break;
      case DRAIN: options.drain = true; break;
      case PUBLISH: options.publish = atol(optarg); break;
      case KILL_AFTER: options.kill_after = atol(optarg); break;
      case KILL_MS: options.kill_ms = atol(optarg); break;
      case SEED: options.seed = strtoull(optarg, NULL, 10) * 2654435761ULL + 1; break;
      case LEDGER: options.ledger = optarg; break;
      case TLS: secure = tls_context(); break;
      case A_ID: options.a.id = optarg; break;
      case A_USER: options.a.user = optarg; break;
      case A_PASSWORD: options.a.password = optarg; break;
      case A_SENDS: options.a_sends = optarg; break;
      case A_HEARS: options.a_hears = optarg; break;
      case B_ID: options.b.id = optarg; break;
      case B_USER: options.b.user = optarg; break;
      case B_PASSWORD: options.b.password = optarg; break;
      case B_SENDS: options.b_sends = optarg; break;
      case B_HEARS: options.b_hears = optarg; break;
      default: exit(2);
    }
  }
  errno = 0;
  if (options.payload_bytes < STAMP_BYTES || options.payload_bytes > MAX_PAYLOAD) die("--bytes is 16 to 4096");
  if (options.publishers < 1 || options.subscribers < 1) die("at least one publisher and subscriber");
}
