package dev.larder.cache.health;

import dev.larder.cache.store.ContentStore;
import dev.larder.cache.traffic.Traffic;
import dev.larder.common.json.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The two small servers beside the content: health for the engine, summary and metrics for people.
 */
public final class StatusServers implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int UNAVAILABLE = 503;
  private static final String JSON = "application/json";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final Vertx vertx;
  private final Supplier<Health> health;
  private final Traffic traffic;
  private final ContentStore store;
  private final Metrics metrics;
  private final String cacheNodeId;
  private final String version;
  private final long startedNanos = System.nanoTime();

  public StatusServers(
      Vertx vertx,
      Supplier<Health> health,
      Traffic traffic,
      ContentStore store,
      String cacheNodeId,
      String version) {
    this.vertx = vertx;
    this.health = health;
    this.traffic = traffic;
    this.store = store;
    this.metrics = new Metrics(traffic, store);
    this.cacheNodeId = cacheNodeId;
    this.version = version;
  }

  /** Listens for the engine's health checks, on loopback only. */
  public Future<HttpServer> listenForHealth(int port) {
    return vertx
        .createHttpServer()
        .requestHandler(request -> route(request, "/health", this::health))
        .listen(port, LOOPBACK);
  }

  /** Listens for summary and metrics. */
  public Future<HttpServer> listenForSummary(int port) {
    return vertx.createHttpServer().requestHandler(this::summaryOrMetrics).listen(port);
  }

  private void summaryOrMetrics(HttpServerRequest request) {
    if ("/metrics".equals(request.path())) {
      offLoop(request, () -> answer(request, OK, PROMETHEUS, Buffer.buffer(metrics.scrape())));
    } else {
      route(request, "/summary", this::summary);
    }
  }

  private static void route(
      HttpServerRequest request, String path, Consumer<HttpServerRequest> handler) {
    if (path.equals(request.path())) {
      offLoop(request, () -> handler.accept(request));
    } else {
      request.response().setStatusCode(NOT_FOUND).end();
    }
  }

  /** What is asked takes locks that others may hold while they look at disks. */
  private static void offLoop(HttpServerRequest request, Runnable action) {
    Thread.ofVirtual().name("status" + request.path()).start(action);
  }

  private void health(HttpServerRequest request) {
    var now = health.get();
    answer(request, now.serves() ? OK : UNAVAILABLE, JSON, Buffer.buffer(Json.writeBytes(now)));
  }

  private void summary(HttpServerRequest request) {
    long uptime = Duration.ofNanos(System.nanoTime() - startedNanos).toSeconds();
    var summary =
        Summary.of(cacheNodeId, version, uptime, traffic.totals(), store.objects(), store.report());
    answer(request, OK, JSON, Buffer.buffer(Json.writeBytes(summary)));
  }

  private static void answer(HttpServerRequest request, int status, String type, Buffer body) {
    request.response().setStatusCode(status).putHeader("Content-Type", type).end(body);
  }

  @Override
  public void close() {
    metrics.close();
  }
}
