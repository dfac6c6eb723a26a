package dev.larder.hub;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.identity.ModuleIdentity;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.Deployment;
import dev.larder.common.manifest.HubDesired;
import dev.larder.common.manifest.Overflow;
import dev.larder.hub.disk.Disk;
import dev.larder.hub.health.HealthServer;
import dev.larder.hub.identity.Identity;
import dev.larder.hub.identity.Login;
import dev.larder.hub.identity.Throttle;
import dev.larder.hub.iothub.IotHubDesk;
import dev.larder.hub.iothub.Queues;
import dev.larder.hub.iothub.Telemetry;
import dev.larder.hub.iothub.TwinDesk;
import dev.larder.hub.link.CloudLink;
import dev.larder.hub.link.CloudOrders;
import dev.larder.hub.log.Log;
import dev.larder.hub.log.LogBounds;
import dev.larder.hub.route.Router;
import dev.larder.hub.server.Access;
import dev.larder.hub.server.Admission;
import dev.larder.hub.server.DiskReader;
import dev.larder.hub.server.Listeners;
import dev.larder.hub.server.Logins;
import dev.larder.hub.server.MethodRequests;
import dev.larder.hub.server.Turn;
import dev.larder.hub.session.Broker;
import dev.larder.hub.tls.ServerTls;
import dev.larder.hub.twin.NodeTwins;
import dev.larder.hub.upstream.Uplink;
import dev.larder.hub.wire.Reason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole hub, wired. All of it but the disk's threads runs on one event loop. */
final class Hub {
  private static final Logger log = LoggerFactory.getLogger(Hub.class);
  private static final Duration TICK = Duration.ofMillis(200);
  private static final Duration STATUS_INTERVAL = Duration.ofSeconds(1);
  private static final int UPSTREAM_WINDOW = 256;
  private static final long CACHE_BYTES = 8L << 20;

  /** A message that waits takes some 50 of them; half of the heap is for all else. */
  private static final long HEAP_BYTES_A_MESSAGE = 100;

  private static final String EPOCH = "epoch";

  private final Vertx vertx;
  private final HubConfig config;
  private final ContextInternal loop;
  private final InstantSource clock = InstantSource.system();
  private final StartGate gate;
  private final Disk disk;
  private final Turn turn;
  private final HubSettings settings;
  private final TwinDesk twins;
  private final Telemetry telemetry;
  private final IotHubDesk desk;
  private final Access access;
  private final Broker broker;
  private final Login login;
  private final Admission admission;
  private final Listeners listeners;
  private final MethodRequests methods;
  private final Optional<CloudLink> cloud;
  private final HealthServer health;
  private final HubStatus status;
  private boolean upstreamHasMore;
  private volatile boolean listening;

  Hub(Vertx vertx, HubConfig config, String version, Consumer<Throwable> fatal) throws IOException {
    this.vertx = vertx;
    this.config = config;
    this.loop = (ContextInternal) vertx.getOrCreateContext();
    gate = new StartGate(task -> loop.nettyEventLoop().execute(() -> loop.dispatch(task)));
    var identity = ModuleIdentity.read(config.identity());
    var node = identity.cacheNodeId();
    disk = Disk.open(config.data().resolve("log"), bounds(HubDesired.DEFAULT), clock, gate, fatal);
    turn = new Turn(loop.nettyEventLoop(), gate, disk, clock);
    twins = new TwinDesk(disk.log());
    settings = HubSettings.read(disk.log(), config.edgeHub(), twins.twin(Deployment.HUB));
    var queues = new Queues(disk.log());
    telemetry =
        new Telemetry(
            disk.log(), queues, new Router(settings.now().good()), () -> upstreamHasMore = true);
    desk = new IotHubDesk(node.toString(), queues, telemetry, twins);
    access = new Access(node, settings.now().good().access());
    var reader = new DiskReader(disk, turn);
    broker =
        new Broker(
            disk.log(),
            (feed, first, then) -> reader.load(feed.queue(), first, then),
            access,
            desk,
            Listeners.PACKET_MAXIMUM_BYTES,
            turn::nowMillis);
    desk.join(broker);
    login = new Login(node, ModuleIdentity.readNodeSecret(config.identity()));
    var tls = ServerTls.load(config.identity());
    var logins = new Logins(login, new Throttle(), turn);
    admission = new Admission(broker, logins, access, desk, tls, turn);
    listeners = new Listeners(vertx, admission, turn, tls);
    methods = new MethodRequests(node, logins, desk, turn);
    cloud = identity.cloud().map(endpoint -> link(endpoint, node, queues, reader));
    var metrics = new HubMetrics(disk, broker, telemetry, desk, logins, turn, cloud);
    var tags = HubMetrics.tags(identity, UUID.randomUUID());
    health = new HealthServer(vertx, config.health(), this::health, metrics::read, tags);
    status = new HubStatus(version, twins, broker, telemetry, disk.log(), clock);
    apply(settings.now().good());
  }

  private CloudLink link(
      ModuleIdentity.Endpoint endpoint, CacheNodeId node, Queues queues, DiskReader reader) {
    return new CloudLink(
        vertx,
        endpoint,
        config.identity(),
        node,
        epoch(disk.log()),
        disk.log(),
        reader::load,
        twins,
        new CloudOrders(node, desk, twins, broker::whenKept, turn::nowMillis),
        new Uplink(
            IntStream.range(0, Queues.PRIORITIES).mapToObj(queues::upstream).toList(),
            UPSTREAM_WINDOW),
        turn::nowMillis,
        RandomGenerator.getDefault());
  }

  /** Names the log for as long as it exists. */
  private static String epoch(Log kept) {
    var there = kept.state().get(EPOCH);
    if (there != null) {
      return new String(there, StandardCharsets.US_ASCII);
    }
    var made = UUID.randomUUID().toString();
    kept.put(EPOCH, made.getBytes(StandardCharsets.US_ASCII));
    return made;
  }

  private static LogBounds bounds(HubDesired desired) {
    return new LogBounds(
        desired.maxSizeBytes(),
        desired.overflow() == Overflow.REFUSE
            ? LogBounds.Overflow.REFUSE
            : LogBounds.Overflow.DROP_OLDEST,
        CACHE_BYTES,
        (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / HEAP_BYTES_A_MESSAGE));
  }

  private void apply(HubDesired desired) {
    disk.log().configure(bounds(desired));
    broker.timeToLive(desired.timeToLive().toMillis());
    telemetry.route(new Router(desired));
    access.replace(desired.access());
    broker.permissionsChanged();
    login.devices(desired.devices());
    sendAwayUnlisted(desired);
    cloud.ifPresent(
        link -> link.uplink().budget(desired.upstreamBytesPerHour().orElse(0L), turn.nowMillis()));
  }

  /** Leaf devices that are not listed any more. */
  private void sendAwayUnlisted(HubDesired desired) {
    for (var session : List.copyOf(broker.sessions())) {
      if (session.identity() instanceof Identity.Device(var id)
          && !desired.devices().containsKey(id)) {
        broker.close(
            session, Reason.NOT_AUTHORIZED, "The device is not listed any more", turn.nowMillis());
        turn.schedule();
      }
    }
  }

  /** Starts all of it; done when it listens. */
  Future<Ports> start() {
    Promise<Ports> started = Promise.promise();
    loop.runOnContext(_ -> startOnLoop().onComplete(started));
    gate.open();
    return started.future();
  }

  private Future<Ports> startOnLoop() {
    broker.restore(turn.nowMillis());
    turn.join(broker, this::endOfTurn);
    twins.onDesired(this::desired);
    cloud.ifPresent(CloudLink::start);
    vertx.setPeriodic(TICK.toMillis(), _ -> tick());
    vertx.setPeriodic(STATUS_INTERVAL.toMillis(), _ -> status.report(settings.now()));
    return Ports.listen(config, health, listeners, methods)
        .onSuccess(ports -> {
          listening = true;
          log.atInfo()
              .addKeyValue("mqtt", ports.mqtt())
              .addKeyValue("web", ports.web())
              .addKeyValue("open", ports.open())
              .addKeyValue("health", ports.health())
              .log("hub started");
        });
  }

  private void tick() {
    long now = turn.nowMillis();
    disk.tick();
    broker.tick(now);
    desk.tick(now);
    admission.tick(now);
    cloud.ifPresent(CloudLink::tick);
    turn.schedule();
  }

  /** What was kept since may go upstream once it is on disk. */
  private void endOfTurn() {
    if (upstreamHasMore && cloud.isPresent()) {
      upstreamHasMore = disk.log().committedMark() < disk.log().mark();
      cloud.get().wake();
    }
  }

  private void desired(NodeTwins.DesiredChange change) {
    if (!change.name().equals(Deployment.HUB)) {
      desk.desired(change, turn.nowMillis());
      return;
    }
    if (settings.offer(change.twin().desiredVersion(), change.twin().desired())) {
      apply(settings.now().good());
    }
    status.report(settings.now());
  }

  private HealthServer.Health health() {
    var details = Json.object();
    details.put("cloud", cloud.map(CloudLink::isConnected).orElse(false) ? "connected" : "away");
    details.put("clients", broker.connected());
    if (disk.isFull()) {
      details.put("disk", "full");
    }
    return new HealthServer.Health(
        listening ? Optional.empty() : Optional.of("The MQTT server does not listen yet"), details);
  }

  /** Stops taking messages, finishes what was taken, and closes the files. */
  void stop() throws InterruptedException {
    Promise<Void> stopped = Promise.promise();
    loop.runOnContext(_ -> {
      listening = false;
      admission.shutDown();
      broker.shutDown(turn.nowMillis());
      turn.schedule();
      listeners
          .close()
          .eventually(() -> cloud.map(CloudLink::close).orElseGet(Future::succeededFuture))
          .eventually(health::close)
          .eventually(() -> Future.fromCompletionStage(disk.close()))
          .onComplete(stopped);
    });
    try {
      stopped.future().await(8, TimeUnit.SECONDS);
    } catch (TimeoutException _) {
      log.atWarn().log("connections did not close in time");
    }
    log.atInfo().log("hub stopped");
  }
}
