package dev.larder.cloud.http;

import dev.larder.cloud.access.Administrators;
import dev.larder.cloud.authority.CertificateAuthority;
import dev.larder.cloud.deploy.Bundle;
import dev.larder.cloud.fleet.AgentMethods;
import dev.larder.cloud.fleet.Devicebound;
import dev.larder.cloud.fleet.Enrolment;
import dev.larder.cloud.fleet.Layers;
import dev.larder.cloud.fleet.Methods;
import dev.larder.cloud.fleet.NodeLink;
import dev.larder.cloud.fleet.Nodes;
import dev.larder.cloud.fleet.ReleaseShelf;
import dev.larder.cloud.fleet.Resources;
import dev.larder.cloud.fleet.Signals;
import dev.larder.cloud.store.Database;
import dev.larder.cloud.thread.Blocking;
import dev.larder.common.id.CacheNodeId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.ext.web.handler.StaticHandler;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The one HTTPS server: API, node endpoints and portal. */
public final class CloudServer {
  private static final long BODY_BYTES = 1 << 20;

  /** Longer than a manifest is held. */
  private static final Duration IDLE = Duration.ofSeconds(90);

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
          "Strict-Transport-Security",
          "max-age=31536000",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer");

  private static final List<Integer> PLAIN_ERRORS = List.of(400, 404, 405, 413, 500);

  private final Vertx vertx;

  /** RFC 9110, 5.6.7: unlike Java's RFC 1123 a day of the month has two digits. */
  private static final DateTimeFormatter IMF_FIXDATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

  private final Router router;

  /**
   * What the server is made of.
   *
   * @param connected whether a node's hub is connected now
   * @param methods asks modules and leaf devices of connected nodes
   * @param agents asks nodes' agents
   * @param devicebound hands messages to leaf devices of connected nodes
   */
  public record Parts(
      Blocking blocking,
      Database database,
      Clock clock,
      Administrators administrators,
      Resources resources,
      Nodes nodes,
      Layers layers,
      ReleaseShelf shelf,
      Enrolment enrolment,
      NodeLink link,
      Signals signals,
      CertificateAuthority authority,
      Bundle bundle,
      Predicate<CacheNodeId> connected,
      Methods methods,
      AgentMethods agents,
      Devicebound devicebound) {}

  /**
   * What nodes and people are told of this cloud.
   *
   * @param manifestKey base64 of the Ed25519 key that signs manifests
   */
  public record Identity(
      String version,
      boolean development,
      String cloudUrl,
      String mqttHost,
      int mqttPort,
      String manifestKey) {}

  public CloudServer(Vertx vertx, Parts parts, Identity identity) {
    this.vertx = vertx;
    this.router = Router.router(vertx);
    router.route().handler(context -> date(context, parts.clock()));
    router.route().handler(CloudServer::guard);
    router.route().handler(BodyHandler.create(false).setBodyLimit(BODY_BYTES));
    var agents = new AgentRoutes(parts.link(), parts.agents());
    hold(parts, new HeldManifest(parts.link()), HeldManifest.PATH);
    hold(parts, agents, AgentRoutes.PATH);
    var api = new Api(router, parts.blocking(), parts.administrators());
    agents.add(api);
    addApi(api, parts, identity);
    router.get("/lib/*").handler(StaticHandler.create("META-INF/resources/webjars"));
    router.get().handler(StaticHandler.create("portal").setCachingEnabled(false));
    PLAIN_ERRORS.forEach(status -> router.errorHandler(status, CloudServer::fail));
  }

  private <T> void hold(Parts parts, HeldRequests.Kind<T> kind, String path) {
    new HeldRequests<>(vertx, parts.blocking(), parts.signals(), kind).add(router, path);
  }

  private static void addApi(Api api, Parts parts, Identity identity) {
    new AboutRoutes(
            parts.database(),
            new AboutRoutes.About(identity.version(), identity.development(), identity.cloudUrl()))
        .add(api);
    new AccessRoutes(parts.administrators()).add(api);
    new FleetRoutes(
            parts.resources(), parts.nodes(), parts.bundle(), parts.connected(), parts.clock())
        .add(api);
    new MethodRoutes(parts.nodes(), parts.connected(), parts.methods(), parts.agents()).add(api);
    new DeviceRoutes(parts.nodes(), parts.devicebound(), parts.clock()).add(api);
    new LayerRoutes(parts.layers()).add(api);
    new ReleaseRoutes(parts.shelf(), parts.clock()).add(api);
    new TrafficRoutes(parts.resources(), parts.clock()).add(api);
    new NodeRoutes(
            parts.enrolment(),
            parts.link(),
            parts.authority(),
            new NodeRoutes.Handout(
                identity.manifestKey(), identity.mqttHost(), identity.mqttPort()))
        .add(api);
  }

  /** When the answer left (RFC 9110, 6.6.1); by it nodes know how far their own clocks are off. */
  private static void date(RoutingContext context, Clock clock) {
    context.addHeadersEndHandler(_ -> {
      var now = clock.instant().atOffset(ZoneOffset.UTC);
      context.response().putHeader("Date", IMF_FIXDATE.format(now));
    });
    context.next();
  }

  private static void guard(RoutingContext context) {
    HEADERS.forEach(context.response()::putHeader);
    // A library's path holds its version; anything else may be another after an upgrade.
    if (!context.request().path().startsWith("/lib/")) {
      context.response().putHeader("Cache-Control", "no-store");
    }
    context.next();
  }

  private static void fail(RoutingContext context) {
    var failure =
        Optional.ofNullable(context.failure())
            .orElseGet(() -> new HttpException(context.statusCode()));
    Api.send(context, ProblemAnswer.of(failure));
  }

  /** The addresses that are answered, each as its method, a space and its path. */
  public List<String> addresses() {
    return router.getRoutes().stream()
        .filter(route -> route.getMetadata("path") instanceof String)
        .flatMap(route ->
            route.methods().stream()
                .map(method -> method.name() + " " + route.<String>getMetadata("path")))
        .toList();
  }

  /** Starts to listen; a client may show a certificate of ours. */
  public Future<HttpServer> listen(
      String address, int port, KeyCertOptions key, TrustOptions trust) {
    var options =
        new HttpServerOptions()
            .setHost(address)
            .setPort(port)
            .setSsl(true)
            .setKeyCertOptions(key)
            .setTrustOptions(trust)
            .setClientAuth(ClientAuth.REQUEST)
            .setUseAlpn(true)
            .setIdleTimeout((int) IDLE.toSeconds())
            .setIdleTimeoutUnit(TimeUnit.SECONDS);
    return vertx.createHttpServer(options).requestHandler(router).listen();
  }
}
