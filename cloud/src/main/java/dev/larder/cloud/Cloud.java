package dev.larder.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.cloud.access.Administrators;
import dev.larder.cloud.access.Secrets;
import dev.larder.cloud.authority.Keyring;
import dev.larder.cloud.authority.ServerKeys;
import dev.larder.cloud.deploy.Bundle;
import dev.larder.cloud.fleet.AgentMethods;
import dev.larder.cloud.fleet.Enrolment;
import dev.larder.cloud.fleet.Inbox;
import dev.larder.cloud.fleet.Layers;
import dev.larder.cloud.fleet.NodeLink;
import dev.larder.cloud.fleet.Nodes;
import dev.larder.cloud.fleet.ReleaseShelf;
import dev.larder.cloud.fleet.Resources;
import dev.larder.cloud.fleet.Signals;
import dev.larder.cloud.http.CloudServer;
import dev.larder.cloud.mqtt.HubServer;
import dev.larder.cloud.release.Release;
import dev.larder.cloud.render.ManifestRenderer;
import dev.larder.cloud.render.Template;
import dev.larder.cloud.store.Database;
import dev.larder.cloud.thread.Blocking;
import dev.larder.common.json.Json;
import dev.larder.common.schedule.Version;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running cloud: the one place where its parts are put together. */
public final class Cloud implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Cloud.class);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration CERTIFICATE_LOOK = Duration.ofHours(1);
  private static final Duration CLOSING = Duration.ofSeconds(3);
  private static final String SECRET_FILE = "first-login-secret";

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final CloudOptions options;
  private int port;
  private int mqttPort;
  private List<String> addresses = List.of();
  private Runnable renewal = () -> {};
  private Optional<Path> firstLoginSecret = Optional.empty();

  private Cloud(CloudOptions options) {
    this.options = options;
  }

  /**
   * Starts a cloud and returns when it answers.
   *
   * @throws IOException with a message for a person, when it cannot start
   */
  public static Cloud start(CloudOptions options, Clock clock) throws IOException {
    var cloud = new Cloud(options);
    try {
      cloud.start(clock);
      return cloud;
    } catch (IOException | RuntimeException e) {
      cloud.close();
      throw e;
    }
  }

  /** The HTTPS port. */
  public int port() {
    return port;
  }

  /** The MQTT over TLS port. */
  public int mqttPort() {
    return mqttPort;
  }

  /** Where nodes and people find this cloud. */
  public String url() {
    return "https://" + options.publicHosts().getFirst() + ":" + port;
  }

  /** The API's addresses that are answered, each as its method, a space and its path. */
  List<String> addresses() {
    return addresses;
  }

  /** The file of the first password, when it was made at this start. */
  public Optional<Path> firstLoginSecret() {
    return firstLoginSecret;
  }

  /** What the two servers share. */
  private record Core(
      Clock clock,
      Keyring keyring,
      Secrets secrets,
      Database database,
      Vertx vertx,
      Blocking blocking,
      ManifestRenderer renderer,
      Signals signals,
      Administrators administrators,
      ReleaseShelf shelf,
      NodeLink link) {
    KeyCertOptions serverKey() {
      return KeyCertOptions.wrap(keyring.server().manager());
    }

    PemTrustOptions trust() {
      return new PemTrustOptions().addCertValue(Buffer.buffer(keyring.authority().pem()));
    }
  }

  private void start(Clock clock) throws IOException {
    Files.createDirectories(options.data());
    Files.setPosixFilePermissions(options.data(), PosixFilePermissions.fromString("rwx------"));
    var version = version();
    var core = core(clock);
    core.shelf().begin(firstRelease(version, clock.instant()));
    firstLoginSecret =
        core.administrators().begin(options.adminPassword(), options.data().resolve(SECRET_FILE));
    var hubs = startHubs(core);
    startHttps(core, hubs, version);
    renewal = () -> renew(core.keyring().server(), clock.instant());
    core.vertx()
        .setPeriodic(
            CERTIFICATE_LOOK.toMillis(), _ -> core.blocking().call(Executors.callable(renewal)));
  }

  private static void renew(ServerKeys keys, Instant now) {
    try {
      keys.renewIfDue(now);
    } catch (IOException | GeneralSecurityException e) {
      log.atError().setCause(e).log("server certificate not renewed, tried again in an hour");
    }
  }

  /** Renews the server's certificate if it is time to, as is done each hour. */
  void renewCertificate() {
    renewal.run();
  }

  private Core core(Clock clock) throws IOException {
    var random = new SecureRandom();
    var keyring = Keyring.open(options.data().resolve("keys"), hosts(), random, clock.instant());
    var database = database();
    open.push(database);
    var vertx = Vertx.vertx();
    open.push(() -> await(vertx.close(), CLOSING));
    var blocking = new Blocking(vertx);
    open.push(blocking);
    var renderer = new ManifestRenderer(new Template(resource("/manifests/base.json")));
    var signals = new Signals();
    return new Core(
        clock,
        keyring,
        new Secrets(random),
        database,
        vertx,
        blocking,
        renderer,
        signals,
        new Administrators(database, random, clock),
        new ReleaseShelf(database, renderer, signals, clock),
        new NodeLink(database, keyring.manifestKey(), clock));
  }

  private HubServer startHubs(Core core) throws IOException {
    var inbox = new Inbox(core.database(), core.shelf(), core.clock());
    var hubs = new HubServer(core.vertx(), core.blocking(), core.link(), inbox, core.signals());
    var server =
        listening(
            hubs.listen(options.bind(), options.mqttPort(), core.serverKey(), core.trust()),
            options.mqttPort(),
            "--mqtt-port");
    mqttPort = server.actualPort();
    open.push(() -> await(server.close(), CLOSING));
    return hubs;
  }

  private void startHttps(Core core, HubServer hubs, Version version) throws IOException {
    port = options.port() == 0 ? FreePort.on(options.bind()) : options.port();
    var identity =
        new CloudServer.Identity(
            version.toString(),
            options.development(),
            url(),
            options.publicHosts().getFirst(),
            mqttPort,
            core.keyring().manifestPublicKey());
    var agents = new AgentMethods(core.signals(), core.clock());
    var https = new CloudServer(core.vertx(), parts(core, hubs, agents), identity);
    addresses = https.addresses();
    var server =
        listening(
            https.listen(options.bind(), port, core.serverKey(), core.trust()), port, "--port");
    open.push(() -> await(server.close(), CLOSING));
    open.push(agents);
  }

  private CloudServer.Parts parts(Core core, HubServer hubs, AgentMethods agents) {
    var database = core.database();
    var renderer = core.renderer();
    var signals = core.signals();
    var secrets = core.secrets();
    var clock = core.clock();
    var authority = core.keyring().authority();
    var settings = new Nodes.Settings(options.development(), url());
    return new CloudServer.Parts(
        core.blocking(),
        database,
        clock,
        core.administrators(),
        new Resources(database, secrets, clock),
        new Nodes(database, renderer, signals, secrets, clock, settings),
        new Layers(database, renderer, signals, clock),
        core.shelf(),
        new Enrolment(database, authority, signals, secrets, clock),
        core.link(),
        signals,
        authority,
        new Bundle(authority.pem()),
        hubs::isConnected,
        hubs::call,
        agents,
        hubs::send);
  }

  private List<String> hosts() {
    var hosts = new TreeSet<>(options.publicHosts());
    hosts.add("localhost");
    hosts.add("127.0.0.1");
    return List.copyOf(hosts);
  }

  private Database database() throws IOException {
    try {
      return options
          .database()
          .map(Database::jdbc)
          .orElseGet(() -> Database.sqlite(options.data().resolve("cloud.db")));
    } catch (RuntimeException e) {
      var which = options.database().isPresent() ? "that LARDER_DB names" : "in " + options.data();
      throw new IOException("The database " + which + " cannot be used: " + e.getMessage(), e);
    }
  }

  private Release firstRelease(Version version, Instant now) {
    var prefix = options.imagePrefix();
    var images =
        new Release.Images(
            prefix + "larder-agent:" + version,
            prefix + "larder-hub:" + version,
            prefix + "larder-cache:" + version);
    return new Release(version, images, now, now, now);
  }

  private static Version version() throws IOException {
    return Version.of(new String(bytes("/larder-version.txt"), StandardCharsets.US_ASCII).strip());
  }

  private static JsonNode resource(String name) throws IOException {
    return Json.mapper().readTree(bytes(name));
  }

  private static byte[] bytes(String resource) throws IOException {
    try (var stream = Cloud.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IOException("The jar lacks " + resource);
      }
      return stream.readAllBytes();
    }
  }

  private static <T> T listening(Future<T> future, int port, String option) throws IOException {
    try {
      return await(future, PATIENCE);
    } catch (IOException e) {
      if (e.getCause() instanceof BindException) {
        throw new IOException(
            "Port " + port + " is taken. Stop what listens there, or choose another with " + option,
            e);
      }
      throw e;
    }
  }

  private static <T> T await(Future<T> future, Duration patience) throws IOException {
    try {
      return future.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException("It did not happen within " + patience, e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Stops listening, then lets running work end, then closes what it used. */
  @Override
  public void close() {
    var failures = new ArrayList<Exception>();
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        failures.add(e);
      }
    }
    failures.forEach(e -> log.atWarn().setCause(e).log("a part did not close cleanly"));
  }
}
