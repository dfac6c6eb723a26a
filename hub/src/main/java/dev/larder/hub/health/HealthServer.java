package dev.larder.hub.health;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /health}: 200 while the hub can do its work, else 503 and why not. {@code GET
 * /metrics}: what it counts, for Prometheus; what that takes is loaded when it is first asked for,
 * and not on the event loop.
 */
public final class HealthServer {
  private static final Logger log = LoggerFactory.getLogger(HealthServer.class);
  private static final int IDLE_SECONDS = 90;
  private static final int SCRAPES_MAXIMUM = 4;

  /**
   * How the hub is.
   *
   * @param trouble why it cannot work; empty when it can
   * @param details more to know, which does not make it unhealthy
   */
  public record Health(Optional<String> trouble, ObjectNode details) {}

  private final Vertx vertx;
  private final HttpServer server;
  private final InetSocketAddress address;
  private final Supplier<Health> health;
  private final Supplier<Reading> reading;
  private final LazyMetrics metrics;
  private int scrapes;

  /** Metrics that are made when they are first asked for. */
  private static final class LazyMetrics {
    private final Map<String, String> tags;
    private Optional<Metrics> made = Optional.empty();

    LazyMetrics(Map<String, String> tags) {
      this.tags = tags;
    }

    synchronized String scrape(Reading now) {
      var metrics = made.orElseGet(() -> new Metrics(tags));
      made = Optional.of(metrics);
      return metrics.scrape(now);
    }

    synchronized void close() {
      made.ifPresent(Metrics::close);
    }
  }

  /**
   * A server.
   *
   * @param health asked on the event loop, as is {@code reading}
   * @param tags that all metrics have
   */
  public HealthServer(
      Vertx vertx,
      InetSocketAddress address,
      Supplier<Health> health,
      Supplier<Reading> reading,
      Map<String, String> tags) {
    this.vertx = vertx;
    this.server = vertx.createHttpServer(new HttpServerOptions().setIdleTimeout(IDLE_SECONDS));
    this.address = address;
    this.health = health;
    this.reading = reading;
    this.metrics = new LazyMetrics(tags);
  }

  /** Listens; the answer is the port. */
  public Future<Integer> start() {
    return server
        .requestHandler(this::answer)
        .listen(address.getPort(), address.getHostString())
        .map(HttpServer::actualPort);
  }

  private void answer(HttpServerRequest request) {
    switch (request.path()) {
      case "/health" -> health(request);
      case "/metrics" -> metrics(request);
      default -> request.response().setStatusCode(404).end();
    }
  }

  private void health(HttpServerRequest request) {
    var now = health.get();
    var body = Json.object().put("status", now.trouble().isEmpty() ? "healthy" : "unhealthy");
    now.trouble().ifPresent(why -> body.put("reason", why));
    body.setAll(now.details());
    request
        .response()
        .setStatusCode(now.trouble().isEmpty() ? 200 : 503)
        .putHeader("content-type", "application/json")
        .end(Buffer.buffer(Json.writeBytes(body)));
  }

  private void metrics(HttpServerRequest request) {
    if (scrapes >= SCRAPES_MAXIMUM) {
      request.response().setStatusCode(503).end("Others are being answered: ask again\n");
      return;
    }
    scrapes++;
    var now = reading.get();
    vertx
        .executeBlocking(() -> metrics.scrape(now))
        .onComplete(
            text -> {
              scrapes--;
              request
                  .response()
                  .putHeader("content-type", "text/plain; version=0.0.4; charset=utf-8")
                  .end(text);
            },
            failure -> {
              scrapes--;
              log.atError().setCause(failure).log("metrics failed");
              request.response().setStatusCode(500).end();
            });
  }

  public Future<Void> close() {
    metrics.close();
    return server.close();
  }
}
