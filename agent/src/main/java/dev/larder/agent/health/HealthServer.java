package dev.larder.agent.health;

import com.sun.net.httpserver.HttpServer;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;

/** {@code GET /health} on loopback, for the image's health check. */
public final class HealthServer implements AutoCloseable {
  private static final Duration ANSWER_AGE = Duration.ofMinutes(2);
  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;

  private final HttpServer server;

  /**
   * Serves from now on.
   *
   * @param port 0 for any that is free
   * @param lastAnswer when the engine last answered the loop
   */
  public HealthServer(int port, Supplier<Instant> lastAnswer, InstantSource clock)
      throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext(
        "/health",
        exchange -> {
          var age = Duration.between(lastAnswer.get(), clock.instant());
          var healthy = age.compareTo(ANSWER_AGE) < 0;
          var body = Json.object().put("status", healthy ? "healthy" : "unhealthy");
          if (!healthy) {
            body.put("reason", "the Docker engine has not answered for " + age.toSeconds() + " s");
          }
          var bytes = body.toString().getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(healthy ? OK : UNAVAILABLE, bytes.length);
          try (exchange) {
            exchange.getResponseBody().write(bytes);
          }
        });
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
