package dev.larder.cache;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.cache.admin.AdminDesk;
import dev.larder.cache.admin.AdminRoutes;
import dev.larder.cache.admin.AdminToken;
import dev.larder.cache.admin.Holdings;
import dev.larder.cache.admin.Prefetcher;
import dev.larder.cache.catalogue.Catalogue;
import dev.larder.cache.health.Health;
import dev.larder.cache.health.Sources;
import dev.larder.cache.health.StatusServers;
import dev.larder.cache.hub.HubConnection;
import dev.larder.cache.hub.Steward;
import dev.larder.cache.origin.Origins;
import dev.larder.cache.serve.ContentServer;
import dev.larder.cache.settings.Settings;
import dev.larder.cache.store.ContentStore;
import dev.larder.cache.tls.Certificates;
import dev.larder.cache.tls.TlsStatus;
import dev.larder.cache.traffic.Traffic;
import dev.larder.cache.traffic.TrafficOutbox;
import dev.larder.cache.updates.UpdateChecks;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.identity.ModuleIdentity;
import dev.larder.common.json.Json;
import dev.larder.common.settings.CacheDesired.Limits;
import dev.larder.common.settings.CacheReported.DriveReport;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole module, wired and running. */
public final class CacheService implements AutoCloseable, Steward.Host {
  private static final Logger log = LoggerFactory.getLogger(CacheService.class);
  private static final String HOSTS = "/dev/larder/cache/catalogue/microsoft-hosts.tsv";
  private static final String DESIRED = "desired.json";
  private static final Duration RECHECK = Duration.ofSeconds(30);
  private static final int HOT_SHARE = 4;
  private static final int STOP_SECONDS = 5;

  private final Vertx vertx;
  private final ModuleIdentity identity;
  private final Path desiredFile;
  private final Catalogue builtIn;
  private volatile Optional<Catalogue> catalogue = Optional.empty();
  private final ContentStore store;
  private final Traffic traffic = new Traffic();
  private final Origins origins;
  private final ContentServer server;
  private final StatusServers status;
  private final Steward steward;
  private final Prefetcher prefetcher;
  private final AdminDesk desk;
  private volatile Optional<Certificates> certificates = Optional.empty();
  private int healthPort;
  private int summaryPort;

  private CacheService(Options options) throws IOException {
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(options.eventLoops()));
    this.identity = ModuleIdentity.read(options.identity());
    this.store = new ContentStore(options.data());
    this.desiredFile = options.data().resolve(DESIRED);
    this.builtIn = Catalogue.builtIn(resource());
    this.origins = new Origins(vertx, () -> catalogue.orElse(builtIn));
    var node = identity.cacheNodeId().toString();
    long hotBytes = Runtime.getRuntime().maxMemory() / HOT_SHARE;
    this.server =
        new ContentServer(vertx, node, () -> catalogue, store, origins, traffic, hotBytes);
    this.steward = steward(options.identity(), readDesired());
    this.prefetcher =
        new Prefetcher(
            options.data(), server.warmer(), () -> catalogue, traffic, Clock.systemUTC());
    var holdings = new Holdings(options.data(), store, () -> catalogue);
    this.desk = new AdminDesk(() -> catalogue, holdings, prefetcher, this::summary);
    var admin = new AdminRoutes(AdminToken.open(options.data()), desk);
    this.status = new StatusServers(vertx, sources(node), admin::handle);
  }

  private HubConnection.Result call(String method, ObjectNode payload) {
    var reply = desk.call(method, payload);
    return new HubConnection.Result(reply.status(), reply.body());
  }

  private Object summary() {
    return status.summary();
  }

  private Sources sources(String node) {
    return new Sources(
        node,
        version(),
        this::health,
        traffic,
        store,
        server,
        origins.states(),
        () -> steward.updates().map(UpdateChecks::report),
        steward::isConnected,
        () -> certificates.map(Certificates::status).orElse(TlsStatus.OFF));
  }

  private Steward steward(Path identityFolder, Settings settings) {
    var clock = Clock.systemUTC();
    return new Steward(
        (patches, closed) ->
            HubConnection.connect(vertx, identity, identityFolder, patches, this::call, closed),
        this,
        traffic,
        new TrafficOutbox(UUID.randomUUID().toString(), clock.instant()),
        clock,
        version(),
        settings);
  }

  /** Starts everything; returns when content is served. */
  public static CacheService start(Options options) throws IOException, TimeoutException {
    var service = new CacheService(options);
    try {
      service.begin(options);
      return service;
    } catch (TimeoutException | RuntimeException e) {
      service.close();
      throw e;
    }
  }

  private void begin(Options options) throws TimeoutException {
    steward.settings().good().ifPresent(this::use);
    healthPort = status.listenForHealth(options.healthPort()).await().actualPort();
    server.listen(options.httpPort(), options.eventLoops()).await();
    summaryPort =
        status
            .listenForSummary(options.summaryAddress(), options.summaryPort())
            .await()
            .actualPort();
    certificates =
        Optional.of(
            new Certificates(
                vertx,
                options.tls(),
                Clock.systemUTC(),
                pair -> server.listenSecurely(options.httpsPort(), options.eventLoops(), pair)));
    steward.start();
    prefetcher.start();
    vertx.setPeriodic(
        RECHECK.toMillis(), _ -> Thread.ofVirtual().name("recheck").start(this::recheck));
    log.atInfo()
        .addKeyValue("node", identity.cacheNodeId())
        .addKeyValue("version", version())
        .addKeyValue("port", server.port())
        .addKeyValue("native", vertx.isNativeTransportEnabled())
        .log("cache module started");
  }

  private void recheck() {
    store.recheck();
    server.noteUse();
  }

  /** The last good desired properties from before; a file that cannot be read is none. */
  private Settings readDesired() {
    try {
      if (Files.exists(desiredFile)
          && Json.mapper().readTree(Files.readAllBytes(desiredFile)) instanceof ObjectNode kept) {
        return Settings.NONE.replace(kept);
      }
    } catch (IOException e) {
      log.atWarn()
          .addKeyValue("file", desiredFile)
          .addKeyValue("error", e)
          .log("kept configuration unreadable");
    }
    return Settings.NONE;
  }

  @Override
  public void apply(Settings.Good good) {
    use(good);
    try {
      AtomicFile.write(desiredFile, Json.writeBytes(good.document()), "rw-------");
    } catch (IOException e) {
      log.atError()
          .addKeyValue("file", desiredFile)
          .addKeyValue("error", e)
          .log("configuration not kept: it will be asked for again at the next start");
    }
  }

  private void use(Settings.Good good) {
    var desired = good.desired();
    server.limit(desired.limits().orElse(Limits.DEFAULT));
    origins.use(desired.proxy(), desired.parent());
    store.configure(desired.drives());
    catalogue = Optional.of(builtIn.with(desired.origins(), desired.groups()));
  }

  @Override
  public List<DriveReport> drives() {
    return store.report();
  }

  private Health health() {
    if (catalogue.isEmpty()) {
      return Health.unhealthy("waiting for its configuration from the hub");
    }
    return Health.healthy(
        store.report().stream()
            .filter(drive -> !drive.problem().isEmpty())
            .map(drive -> "drive " + drive.hostPath() + ": " + drive.problem())
            .toList());
  }

  private static String resource() throws IOException {
    try (InputStream hosts = CacheService.class.getResourceAsStream(HOSTS)) {
      if (hosts == null) {
        throw new IOException("The jar has no " + HOSTS);
      }
      return new String(hosts.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String version() {
    return Optional.ofNullable(CacheService.class.getPackage().getImplementationVersion())
        .orElse("1.0.0");
  }

  public int port() {
    return server.port();
  }

  /** 0 while no certificate is installed. */
  public int securePort() {
    return server.securePort();
  }

  public int healthPort() {
    return healthPort;
  }

  public int summaryPort() {
    return summaryPort;
  }

  @Override
  public void close() {
    try {
      prefetcher.close();
      certificates.ifPresent(Certificates::close);
      steward.close();
      origins.close();
      vertx.close().await(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException _) {
      log.atWarn().log("connections still open at the end");
    }
    status.close();
    store.close();
  }
}
