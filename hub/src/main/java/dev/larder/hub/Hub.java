package dev.larder.hub;

import dev.larder.common.identity.ModuleIdentity;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.Deployment;
import dev.larder.common.manifest.HubDesired;
import dev.larder.common.manifest.Route;
import dev.larder.hub.broker.Broker;
import dev.larder.hub.broker.Exchange;
import dev.larder.hub.broker.MethodDesk;
import dev.larder.hub.broker.TwinDesk;
import dev.larder.hub.health.HealthServer;
import dev.larder.hub.link.CloudLink;
import dev.larder.hub.route.Router;
import dev.larder.hub.route.Settings;
import dev.larder.hub.session.Login;
import dev.larder.hub.store.Documents;
import dev.larder.hub.store.Limits;
import dev.larder.hub.store.Store;
import dev.larder.hub.twin.NodeTwins;
import dev.larder.hub.twin.Twin;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole hub, wired. All of it but the disk's threads runs on one event loop. */
final class Hub {
  private static final Logger log = LoggerFactory.getLogger(Hub.class);
  private static final Duration STATUS_INTERVAL = Duration.ofSeconds(1);
  private static final String IN_FORCE = "edgeHub";

  private final Vertx vertx;
  private final Context loop;
  private final Store store;
  private final Documents<Twin> twinFiles;
  private final Documents<InForce> settingsFiles;
  private final TwinDesk twins;
  private final Exchange exchange;
  private final Broker broker;
  private final Optional<CloudLink> cloud;
  private final HealthServer health;
  private final HubStatus status;
  private Settings settings;
  private volatile boolean listening;

  /** The ports that it came to listen on. */
  record Ports(int mqtt, int health) {}

  Hub(Vertx vertx, HubConfig config, String version, Consumer<Throwable> fatal) throws IOException {
    this.vertx = vertx;
    this.loop = vertx.getOrCreateContext();
    Executor onLoop = task -> loop.runOnContext(_ -> task.run());
    var clock = InstantSource.system();
    var identity = ModuleIdentity.read(config.identity());
    var node = identity.cacheNodeId();
    settingsFiles = new Documents<>(config.data().resolve("settings"), InForce.class, onLoop);
    settings = settingsInForce(settingsFiles);
    store =
        Store.open(
            config.data().resolve("messages"),
            limits(settings.good()),
            clock,
            () -> UUID.randomUUID().toString(),
            onLoop,
            fatal);
    twinFiles = new Documents<>(config.data().resolve("twins"), Twin.class, onLoop);
    twins = new TwinDesk(twinFiles);
    settings = withNewest(settings, twins.twin(Deployment.HUB));
    exchange = new Exchange(store, new Router(settings.good()));
    broker =
        new Broker(
            vertx,
            config.mqttPort(),
            config.identity().resolve(ModuleIdentity.SERVER_CERTIFICATE),
            config.identity().resolve(ModuleIdentity.SERVER_KEY),
            node,
            new Login(node, nodeSecret(config.identity())),
            exchange,
            twins,
            new MethodDesk(vertx),
            clock);
    cloud =
        identity
            .cloud()
            .map(endpoint ->
                new CloudLink(
                    vertx,
                    endpoint,
                    config.identity(),
                    node,
                    store,
                    twins,
                    broker,
                    clock,
                    RandomGenerator.getDefault()));
    health = new HealthServer(vertx, config.healthPort(), this::health);
    status = new HubStatus(version, twins, broker, exchange, store, clock);
  }

  private static byte[] nodeSecret(Path identity) throws IOException {
    var text = Files.readString(identity.resolve(ModuleIdentity.NODE_SECRET));
    return Base64.getDecoder().decode(text.strip());
  }

  private static Settings settingsInForce(Documents<InForce> files) throws IOException {
    var kept = files.read().get(IN_FORCE);
    return kept == null
        ? Settings.DEFAULT
        : Settings.DEFAULT.offered(kept.version(), kept.desired());
  }

  /** The newest document may have come, with problems, before the restart. */
  private static Settings withNewest(Settings settings, Twin own) {
    return own.desiredVersion() == 0 || own.desiredVersion() == settings.goodVersion()
        ? settings
        : settings.offered(own.desiredVersion(), own.desired());
  }

  private static Limits limits(HubDesired desired) {
    return new Limits(desired.timeToLive(), desired.maxSizeBytes());
  }

  /** Starts all of it; done when it listens. */
  Future<Ports> start() {
    Promise<Ports> started = Promise.promise();
    loop.runOnContext(_ -> startOnLoop().onComplete(started));
    return started.future();
  }

  private Future<Ports> startOnLoop() {
    exchange.onWake(this::wake);
    twins.onDesired(this::desired);
    cloud.ifPresent(CloudLink::start);
    vertx.setPeriodic(STATUS_INTERVAL.toMillis(), _ -> status.report(settings));
    return named(health.start(), "LARDER_HEALTH_PORT")
        .compose(healthPort ->
            named(broker.start(), "LARDER_MQTT_PORT")
                .map(mqttPort -> new Ports(mqttPort, healthPort)))
        .onSuccess(ports -> {
          listening = true;
          log.atInfo()
              .addKeyValue("mqtt", ports.mqtt())
              .addKeyValue("health", ports.health())
              .log("hub started");
        });
  }

  private static Future<Integer> named(Future<Integer> listening, String variable) {
    return listening.recover(e ->
        Future.failedFuture(
            new IOException(
                "Cannot listen: " + e.getMessage() + "; name a free port in " + variable, e)));
  }

  private void wake(Route.Sink sink) {
    switch (sink) {
      case Route.Upstream() -> cloud.ifPresent(CloudLink::wake);
      case Route.Input input -> broker.wake(input);
    }
  }

  private void desired(NodeTwins.DesiredChange change) {
    if (!change.name().equals(Deployment.HUB)) {
      broker.desired(change);
      return;
    }
    long version = change.twin().desiredVersion();
    settings = settings.offered(version, change.twin().desired());
    if (settings.problems().isEmpty()) {
      exchange.route(new Router(settings.good()));
      store.configure(limits(settings.good()));
      settingsFiles.save(IN_FORCE, new InForce(version, change.twin().desired()), _ -> {});
      log.atInfo()
          .addKeyValue("version", version)
          .addKeyValue("routes", settings.good().routes().size())
          .log("settings applied");
    } else {
      log.atWarn()
          .addKeyValue("version", version)
          .addKeyValue("kept", settings.goodVersion())
          .addKeyValue("problems", settings.problems())
          .log("settings have problems");
    }
    status.report(settings);
  }

  private HealthServer.Health health() {
    var details = Json.object();
    details.put("cloud", cloud.map(CloudLink::isConnected).orElse(false) ? "connected" : "away");
    details.put("modules", broker.connected().size());
    return new HealthServer.Health(
        listening ? Optional.empty() : Optional.of("The MQTT server does not listen yet"), details);
  }

  /** Stops taking messages, finishes what was taken, and closes the files. */
  void stop() throws InterruptedException {
    Promise<Void> stopped = Promise.promise();
    loop.runOnContext(_ -> {
      listening = false;
      broker
          .close()
          .eventually(() -> cloud.map(CloudLink::close).orElseGet(Future::succeededFuture))
          .eventually(health::close)
          .onComplete(stopped);
    });
    try {
      stopped.future().await(5, TimeUnit.SECONDS);
    } catch (TimeoutException _) {
      log.atWarn().log("connections did not close in time");
    }
    store.close();
    twinFiles.close();
    settingsFiles.close();
    log.atInfo().log("hub stopped");
  }
}
