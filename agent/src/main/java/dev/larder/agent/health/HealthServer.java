package dev.larder.agent.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.larder.agent.metrics.Exposition;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * {@code GET /health} on loopback, for the image's health check, and {@code GET /metrics} for
 * Prometheus.
 */
public final class HealthServer implements AutoCloseable {
  private static final Duration ANSWER_AGE = Duration.ofMinutes(2);
  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;

  private final HttpServer server;

  /**
   * Serves from now on.
   *
   * @param port 0 for any that is free
   * @param sinceAnswer how long ago the engine last answered the loop
   * @param metrics in Prometheus' text format
   */
  public HealthServer(int port, Supplier<Duration> sinceAnswer, Supplier<String> metrics)
      throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/health", exchange -> health(exchange, sinceAnswer.get()));
    server.createContext(
        "/metrics", exchange -> answer(exchange, OK, Exposition.CONTENT_TYPE, metrics.get()));
    server.start();
  }

  private static void health(HttpExchange exchange, Duration age) throws IOException {
    var healthy = age.compareTo(ANSWER_AGE) < 0;
    var body = Json.object().put("status", healthy ? "healthy" : "unhealthy");
    if (!healthy) {
      body.put("reason", "the Docker engine has not answered for " + age.toSeconds() + " s");
    }
    answer(exchange, healthy ? OK : UNAVAILABLE, "application/json", body.toString());
  }

  private static void answer(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    try (exchange) {
      exchange.getResponseBody().write(bytes);
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
