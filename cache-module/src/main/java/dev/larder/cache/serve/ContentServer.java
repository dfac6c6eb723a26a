package dev.larder.cache.serve;

import dev.larder.cache.catalogue.Catalogue;
import dev.larder.cache.fill.Filler;
import dev.larder.cache.fill.Openings;
import dev.larder.cache.fill.Warmer;
import dev.larder.cache.origin.Origins;
import dev.larder.cache.store.ContentStore;
import dev.larder.cache.traffic.Traffic;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** The HTTP server for clients: one event loop a processor, all on one port. */
public final class ContentServer {
  private static final int BACKLOG = 4_096;
  private static final int LONGEST_LINE_BYTES = 16 << 10;
  private static final int LARGEST_HEADERS_BYTES = 32 << 10;

  /** A connection on which nothing moves is closed. */
  private static final Duration IDLE = Duration.ofSeconds(75);

  private final Vertx vertx;
  private final ContentHandler handler;
  private final HotObjects hot;
  private final ContentStore store;
  private final Filler filler;
  private final Warmer warmer;
  private final AtomicInteger port = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();

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
    return vertx.deployVerticle(() -> new Listener(wanted), deployment).mapEmpty();
  }

  public int port() {
    return port.get();
  }

  /** Clients' connections that are open now. */
  public int connections() {
    return connections.get();
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
    private final int wanted;

    Listener(int wanted) {
      this.wanted = wanted;
    }

    @Override
    public Future<HttpServer> start() {
      var options =
          new HttpServerOptions()
              .setAcceptBacklog(BACKLOG)
              .setTcpNoDelay(true)
              // Bodies go round Vert.x as HTTP/1.1; a client that offers h2c stays with that.
              .setHttp2ClearTextEnabled(false)
              .setMaxInitialLineLength(LONGEST_LINE_BYTES)
              .setMaxHeaderSize(LARGEST_HEADERS_BYTES)
              .setIdleTimeout((int) IDLE.toSeconds())
              .setPort(wanted);
      return vertx
          .createHttpServer(options)
          .connectionHandler(connection -> {
            connections.incrementAndGet();
            connection.closeHandler(_ -> connections.decrementAndGet());
          })
          .requestHandler(handler)
          .listen()
          .onSuccess(server -> port.set(server.actualPort()));
    }
  }
}
