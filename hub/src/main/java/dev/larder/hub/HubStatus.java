package dev.larder.hub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.Deployment;
import dev.larder.common.twin.Twins;
import dev.larder.hub.identity.Identity;
import dev.larder.hub.iothub.Queues;
import dev.larder.hub.iothub.Telemetry;
import dev.larder.hub.iothub.TwinDesk;
import dev.larder.hub.log.Log;
import dev.larder.hub.route.Settings;
import dev.larder.hub.session.Broker;
import dev.larder.hub.session.Session;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What the hub reports of itself in {@code $edgeHub}. Who is connected and which settings hold is
 * told at once; counts that change all the time once a minute.
 */
final class HubStatus {
  private static final Duration COUNTS_INTERVAL = Duration.ofMinutes(1);
  private static final String COUNTS = "storeAndForward";

  /** More would not fit a twin. */
  private static final int CLIENTS_MAXIMUM = 1_000;

  private final String version;
  private final TwinDesk twins;
  private final Broker broker;
  private final Telemetry telemetry;
  private final Log log;
  private final InstantSource clock;
  private Instant countedAt = Instant.EPOCH;
  private Optional<Basis> told = Optional.empty();

  /** What the report is made of, but for its counts; mostly it is the same as a second ago. */
  private record Basis(Settings settings, long connects, long disconnects) {}

  HubStatus(
      String version,
      TwinDesk twins,
      Broker broker,
      Telemetry telemetry,
      Log log,
      InstantSource clock) {
    this.version = version;
    this.twins = twins;
    this.broker = broker;
    this.telemetry = telemetry;
    this.log = log;
    this.clock = clock;
  }

  /** Reports what has changed since the last call. */
  void report(Settings settings) {
    var counters = broker.counters();
    var basis = Optional.of(new Basis(settings, counters.connects, counters.disconnects));
    boolean due = !clock.instant().isBefore(countedAt.plus(COUNTS_INTERVAL));
    if (!due && told.equals(basis)) {
      return;
    }
    told = basis;
    var before = twins.twin(Deployment.HUB).reported();
    var after = status(settings);
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
    status.put("schemaVersion", "1.2");
    status.putObject("version").put("version", version);
    status.put("lastDesiredVersion", settings.newestVersion());
    status.put("appliedDesiredVersion", settings.goodVersion());
    status.set("lastDesiredStatus", settings.status());
    var clients = status.putObject("clients");
    broker.sessions().stream()
        .filter(Session::isConnected)
        .map(Session::identity)
        .filter(identity -> !(identity instanceof Identity.Anonymous))
        .limit(CLIENTS_MAXIMUM)
        .forEach(identity -> clients.putObject(identity.name()).put("status", "Connected"));
    return status;
  }

  private ObjectNode counts() {
    var counts = Json.object();
    counts.put("received", broker.counters().received);
    counts.put("withoutRoute", telemetry.withoutRoute());
    counts.put("refused", broker.counters().refused);
    counts.put("bytes", log.bytes());
    var queues = counts.putObject("queues");
    for (var queue : log.queues()) {
      var sink = Queues.sink(queue);
      if (sink.startsWith("$upstream") || sink.startsWith("/modules/")) {
        var ofSink = queues.get(sink) instanceof ObjectNode there ? there : queues.putObject(sink);
        ofSink
            .putObject(String.valueOf(queue.priority()))
            .put("waiting", queue.size())
            .put("bytes", queue.bytes())
            .put("expired", queue.expired())
            .put("overQuota", queue.overQuota());
      }
    }
    return counts;
  }
}
