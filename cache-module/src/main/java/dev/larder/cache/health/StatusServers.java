package dev.larder.cache.health;

import dev.larder.cache.admin.AdminRoutes;
import dev.larder.cache.traffic.Rates;
import dev.larder.common.json.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The two small servers beside the content: health for the engine, summary and metrics for people.
 */
public final class StatusServers implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int UNAVAILABLE = 503;
  private static final String JSON = "application/json";
  private static final String HTML = "text/html";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final Duration SAMPLE = Duration.ofSeconds(5);
  private static final int IDLE_SECONDS = 60;

  private final Vertx vertx;
  private final Sources from;
  private final Consumer<HttpServerRequest> admin;
  private final Metrics metrics;
  private final Rates rates = new Rates();
  private final long startedNanos = System.nanoTime();

  /**
   * @param admin answers requests below {@code /admin/}
   */
  public StatusServers(Vertx vertx, Sources from, Consumer<HttpServerRequest> admin) {
    this.admin = admin;
    this.vertx = vertx;
    this.from = from;
    this.metrics = new Metrics(from);
    sample();
    vertx.setPeriodic(SAMPLE.toMillis(), _ -> sample());
  }

  private void sample() {
    rates.sample(System.nanoTime(), from.traffic().total());
  }

  /** Listens for the engine's health checks, on loopback only. */
  public Future<HttpServer> listenForHealth(int port) {
    return vertx
        .createHttpServer()
        .requestHandler(request -> {
          if ("/health".equals(request.path())) {
            offLoop(request, () -> health(request));
          } else {
            request.response().setStatusCode(NOT_FOUND).end();
          }
        })
        .listen(port, LOOPBACK);
  }

  /** Listens for summary and metrics. */
  public Future<HttpServer> listenForSummary(String address, int port) {
    var options =
        new HttpServerOptions()
            .setIdleTimeout(IDLE_SECONDS)
            .setIdleTimeoutUnit(TimeUnit.SECONDS)
            .setHost(address)
            .setPort(port);
    return vertx.createHttpServer(options).requestHandler(this::route).listen();
  }

  private void route(HttpServerRequest request) {
    var path = Objects.requireNonNullElse(request.path(), "");
    if (path.startsWith(AdminRoutes.PREFIX)) {
      admin.accept(request);
      return;
    }
    switch (path) {
      case "/", "/summary" -> offLoop(request, () -> summary(request));
      case "/summary.json" -> offLoop(request, () -> json(request, summary()));
      case "/details" -> offLoop(request, () -> json(request, summary().terse()));
      case "/metrics" ->
          offLoop(request, () -> answer(request, OK, PROMETHEUS, Buffer.buffer(metrics.scrape())));
      default -> request.response().setStatusCode(NOT_FOUND).end();
    }
  }

  /** What is asked takes locks that others may hold while they look at disks. */
  private static void offLoop(HttpServerRequest request, Runnable action) {
    Thread.ofVirtual().name("status" + request.path()).start(action);
  }

  private void health(HttpServerRequest request) {
    var now = from.health().get();
    answer(request, now.serves() ? OK : UNAVAILABLE, JSON, Buffer.buffer(Json.writeBytes(now)));
  }

  /** The node as it is now; takes locks that others may hold while they look at disks. */
  public Summary summary() {
    long uptime = Duration.ofNanos(System.nanoTime() - startedNanos).toSeconds();
    return Summary.of(from, rates.now(), uptime);
  }

  /** A browser asks for HTML and gets the page; everybody else gets JSON. */
  private void summary(HttpServerRequest request) {
    var accept = Objects.requireNonNullElse(request.getHeader("Accept"), "");
    if (accept.contains(HTML)) {
      var page = SummaryPage.of(summary()).getBytes(StandardCharsets.UTF_8);
      request
          .response()
          .putHeader("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
      answer(request, OK, HTML + "; charset=utf-8", Buffer.buffer(page));
    } else {
      json(request, summary());
    }
  }

  private static void json(HttpServerRequest request, Object body) {
    answer(request, OK, JSON, Buffer.buffer(Json.writeBytes(body)));
  }

  private static void answer(HttpServerRequest request, int status, String type, Buffer body) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", type)
        .putHeader("Cache-Control", "no-store")
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Vary", "Accept")
        .end(body);
  }

  @Override
  public void close() {
    metrics.close();
  }
}
