package dev.larder.hub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.Deployment;
import dev.larder.common.manifest.Route;
import dev.larder.common.twin.Twins;
import dev.larder.hub.broker.Broker;
import dev.larder.hub.broker.Exchange;
import dev.larder.hub.broker.TwinDesk;
import dev.larder.hub.route.Settings;
import dev.larder.hub.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * What the hub reports of itself in {@code $edgeHub}. Who is connected and which settings hold is
 * told at once; counts that change all the time once a minute.
 */
final class HubStatus {
  private static final Duration COUNTS_INTERVAL = Duration.ofMinutes(1);
  private static final String COUNTS = "storeAndForward";

  private final String version;
  private final TwinDesk twins;
  private final Broker broker;
  private final Exchange exchange;
  private final Store store;
  private final InstantSource clock;
  private Instant countedAt = Instant.EPOCH;

  HubStatus(
      String version,
      TwinDesk twins,
      Broker broker,
      Exchange exchange,
      Store store,
      InstantSource clock) {
    this.version = version;
    this.twins = twins;
    this.broker = broker;
    this.exchange = exchange;
    this.store = store;
    this.clock = clock;
  }

  /** Reports what has changed since the last call. */
  void report(Settings settings) {
    var before = twins.twin(Deployment.HUB).reported();
    var after = status(settings);
    boolean due = !clock.instant().isBefore(countedAt.plus(COUNTS_INTERVAL));
    if (due || !before.has(COUNTS)) {
      after.set(COUNTS, counts());
      countedAt = clock.instant();
    } else {
      after.set(COUNTS, before.get(COUNTS));
    }
    var patch = Twins.difference(before, after);
    if (!patch.isEmpty()) {
      twins.report(Deployment.HUB, patch);
    }
  }

  private ObjectNode status(Settings settings) {
    var status = Json.object();
    status.put("schemaVersion", "1.1");
    status.putObject("version").put("version", version);
    status.put("lastDesiredVersion", settings.newestVersion());
    status.put("appliedDesiredVersion", settings.goodVersion());
    status.set("lastDesiredStatus", settings.status());
    var clients = status.putObject("clients");
    broker
        .connected()
        .forEach(module -> clients.putObject(module.value()).put("status", "Connected"));
    return status;
  }

  private ObjectNode counts() {
    var counts = Json.object();
    counts.put("received", exchange.received());
    counts.put("withoutRoute", exchange.withoutRoute());
    counts.put("refused", exchange.refused());
    var queues = counts.putObject("queues");
    store
        .counts()
        .forEach((sink, count) -> {
          var queue = queues.putObject(name(sink));
          queue.put("waiting", count.waiting()).put("bytes", count.bytes());
          queue.put("expired", count.lost().expired()).put("overQuota", count.lost().overQuota());
          queue.put("damaged", count.lost().damaged());
        });
    return counts;
  }

  private static String name(Route.Sink sink) {
    return switch (sink) {
      case Route.Upstream() -> "$upstream";
      case Route.Input(var module, var input) -> "/modules/" + module + "/inputs/" + input;
    };
  }
}
