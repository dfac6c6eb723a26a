package dev.larder.hub.health;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code GET /health} on loopback: 200 while the hub can do its work, else 503 and why not. */
public final class HealthServer {
  /**
   * How the hub is.
   *
   * @param trouble why it cannot work; empty when it can
   * @param details more to know, which does not make it unhealthy
   */
  public record Health(Optional<String> trouble, ObjectNode details) {}

  private final HttpServer server;
  private final InetSocketAddress address;
  private final Supplier<Health> health;

  public HealthServer(Vertx vertx, InetSocketAddress address, Supplier<Health> health) {
    this.server = vertx.createHttpServer();
    this.address = address;
    this.health = health;
  }

  /** Listens; the answer is the port. */
  public Future<Integer> start() {
    return server
        .requestHandler(this::answer)
        .listen(address.getPort(), address.getHostString())
        .map(HttpServer::actualPort);
  }

  private void answer(HttpServerRequest request) {
    if (!request.path().equals("/health")) {
      request.response().setStatusCode(404).end();
      return;
    }
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

  public Future<Void> close() {
    return server.close();
  }
}
