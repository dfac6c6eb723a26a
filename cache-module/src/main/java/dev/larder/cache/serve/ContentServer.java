package dev.larder.cache.serve;

import dev.larder.cache.catalogue.Catalogue;
import dev.larder.cache.fill.Filler;
import dev.larder.cache.fill.Openings;
import dev.larder.cache.fill.Warmer;
import dev.larder.cache.guard.Connections;
import dev.larder.cache.origin.Origins;
import dev.larder.cache.store.ContentStore;
import dev.larder.cache.tls.InstalledPair;
import dev.larder.cache.tls.TlsEngine;
import dev.larder.cache.traffic.Traffic;
import dev.larder.common.settings.CacheDesired.Limits;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.ServerSSLOptions;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The HTTP server for clients: one event loop a processor, all on one port. */
public final class ContentServer {
  private static final int BACKLOG = 4_096;
  private static final int LONGEST_LINE_BYTES = 16 << 10;
  private static final int LARGEST_HEADERS_BYTES = 32 << 10;

  private static final int HANDSHAKE_SECONDS = 10;
  private static final Set<String> TLS = Set.of("TLSv1.2", "TLSv1.3");

  private final Vertx vertx;
  private final ContentHandler handler;
  private final HotObjects hot;
  private final ContentStore store;
  private final Filler filler;
  private final Warmer warmer;
  private final AtomicInteger port = new AtomicInteger();
  private final AtomicInteger securePort = new AtomicInteger();
  private final Connections connections = new Connections(Limits.DEFAULT.connectionsPerClient());
  private final Queue<HttpServer> secure = new ConcurrentLinkedQueue<>();

  /**
   * Wires the server.
   *
   * @param catalogue empty while there is no configuration
   * @param hotBytes the most memory that small objects may take
   */
  public ContentServer(
      Vertx vertx,
      String cacheNodeId,
      Supplier<Optional<Catalogue>> catalogue,
      ContentStore store,
      Origins origins,
      Traffic traffic,
      long hotBytes) {
    this.vertx = vertx;
    this.store = store;
    this.hot = new HotObjects(hotBytes);
    var replies = new Replies(cacheNodeId);
    this.filler = new Filler(origins);
    var openings = new Openings(store, origins, filler);
    this.warmer = new Warmer(store, openings, filler);
    var direct = new Direct(origins, replies);
    var delivery = new Delivery(store, openings, filler, direct, replies, hot);
    this.handler = new ContentHandler(catalogue, store, delivery, replies, hot, traffic);
  }

  /**
   * Listens; the port is then known even if it was 0. A port that is chosen freely is another for
   * every listener, so that there is one then.
   */
  public Future<Void> listen(int wanted, int eventLoops) {
    var deployment = new DeploymentOptions().setInstances(wanted == 0 ? 1 : eventLoops);
    return vertx
        .deployVerticle(() -> new Listener(options().setPort(wanted), port, _ -> {}), deployment)
        .mapEmpty();
  }

  /** Listens for TLS too, with this certificate, or takes it in the place of the one before. */
  public Future<Void> listenSecurely(int wanted, int eventLoops, InstalledPair pair) {
    if (!secure.isEmpty()) {
      var options = new ServerSSLOptions(secureOptions(pair).getSslOptions());
      return Future.all(secure.stream().map(each -> each.updateSSLOptions(options)).toList())
          .mapEmpty();
    }
    var options = secureOptions(pair).setPort(wanted);
    var deployment = new DeploymentOptions().setInstances(wanted == 0 ? 1 : eventLoops);
    return vertx
        .deployVerticle(() -> new Listener(options, securePort, secure::add), deployment)
        .mapEmpty();
  }

  private static HttpServerOptions options() {
    return new HttpServerOptions()
        .setAcceptBacklog(BACKLOG)
        .setTcpNoDelay(true)
        // A client that offers h2c stays with HTTP/1.1, which sendfile serves best.
        .setHttp2ClearTextEnabled(false)
        .setMaxInitialLineLength(LONGEST_LINE_BYTES)
        .setMaxHeaderSize(LARGEST_HEADERS_BYTES)
        .setIdleTimeout(0);
  }

  private static HttpServerOptions secureOptions(InstalledPair pair) {
    return options()
        .setSsl(true)
        .setUseAlpn(true)
        .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
        .setSslHandshakeTimeout(HANDSHAKE_SECONDS)
        .setEnabledSecureTransportProtocols(TLS)
        .setSslEngineOptions(TlsEngine.options())
        .setKeyCertOptions(pair.options());
  }

  public int port() {
    return port.get();
  }

  /** 0 while there is no certificate. */
  public int securePort() {
    return securePort.get();
  }

  /** What clients may take from now on. */
  public void limit(Limits limits) {
    connections.limit(limits.connectionsPerClient());
  }

  /** Clients' connections that are open now. */
  public int connections() {
    return connections.open();
  }

  /** Clients' connections that were over a limit, since the start. */
  public long refusedConnections() {
    return connections.refused();
  }

  /** Brings content ahead of clients, by the same openings and fetches as theirs. */
  public Warmer warmer() {
    return warmer;
  }

  /** Fetches from origins that are being brought now. */
  public int fetches() {
    return filler.running();
  }

  /** Tells the store what was served from memory, so that eviction knows. */
  public void noteUse() {
    hot.used().forEach(store::touch);
  }

  private final class Listener extends VerticleBase {
    private final HttpServerOptions options;
    private final AtomicInteger listening;
    private final Consumer<HttpServer> begun;

    Listener(HttpServerOptions options, AtomicInteger listening, Consumer<HttpServer> begun) {
      this.options = options;
      this.listening = listening;
      this.begun = begun;
    }

    @Override
    public Future<HttpServer> start() {
      return vertx
          .createHttpServer(options)
          .connectionHandler(ContentServer.this::admit)
          .invalidRequestHandler(handler::invalid)
          .requestHandler(handler)
          .listen()
          .onSuccess(server -> {
            listening.set(server.actualPort());
            begun.accept(server);
          });
    }
  }

  private void admit(HttpConnection connection) {
    var client = connection.remoteAddress().hostAddress();
    if (!connections.admit(client)) {
      connection.close();
      return;
    }
    connection.closeHandler(_ -> connections.left(client));
    if (connection instanceof HttpServerConnection inner) {
      var context = inner.channelHandlerContext();
      context
          .pipeline()
          .addBefore(
              context.name(),
              "patience",
              new Patience(context.pipeline().get(HttpRequestDecoder.class) != null));
    }
  }
}
