package dev.larder.cache.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The administration API on the summary's port: a token in a header opens it, so that no page in a
 * browser can, and who can only reach the port cannot either.
 */
public final class AdminRoutes {
  /** What its paths begin with. */
  public static final String PREFIX = "/admin/";

  private static final String ROOT = "/admin/v1/";
  private static final int LARGEST_BYTES = 1 << 20;
  private static final String MEND =
      "Send the header 'Authorization: Bearer <token>'; the token is in the file /data/"
          + AdminToken.FILE
          + " of the cache container.";

  private final AdminToken token;
  private final AdminDesk desk;

  public AdminRoutes(AdminToken token, AdminDesk desk) {
    this.token = token;
    this.desk = desk;
  }

  /** Answers a request; on an event loop. */
  public void handle(HttpServerRequest request) {
    if (!token.isIn(Optional.ofNullable(request.getHeader("Authorization")))) {
      request.response().putHeader("WWW-Authenticate", "Bearer realm=\"larder cache\"");
      answer(request, Reply.problem(Reply.UNAUTHORIZED, "The token is missing or wrong. " + MEND));
      return;
    }
    var body = Buffer.buffer();
    request.handler(piece -> {
      if (body.length() <= LARGEST_BYTES) {
        body.appendBuffer(piece);
      }
    });
    request.endHandler(_ -> {
      if (body.length() > LARGEST_BYTES) {
        answer(request, Reply.problem(Reply.TOO_LARGE, "The body is more than 1 MiB."));
      } else {
        Thread.ofVirtual().name("admin").start(() -> answer(request, reply(request, body)));
      }
    });
  }

  private Reply reply(HttpServerRequest request, Buffer body) {
    var path = Objects.requireNonNullElse(request.path(), "");
    var rest = path.startsWith(ROOT) ? path.substring(ROOT.length()) : "";
    var method = request.method();
    if (rest.startsWith("prefetch/")) {
      return job(method, rest.substring("prefetch/".length()));
    }
    var looks = Map.of("status", "status", "pins", "pins", "prefetch", "prefetchStatus");
    if (method.equals(HttpMethod.GET) && looks.containsKey(rest)) {
      return desk.call(looks.get(rest), Json.object());
    }
    if (!method.equals(HttpMethod.POST)) {
      return Reply.problem(Reply.NOT_ALLOWED, "Use POST with a JSON object.");
    }
    try {
      return body.length() == 0
          ? desk.call(rest, Json.object())
          : Json.mapper().readTree(body.getBytes()) instanceof ObjectNode object
              ? desk.call(rest, object)
              : Reply.problem(Reply.BAD_REQUEST, "The body is no JSON object: write {…}.");
    } catch (JsonProcessingException e) {
      return Reply.problem(Reply.BAD_REQUEST, "The body is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      return Reply.problem(Reply.BAD_REQUEST, "The body cannot be read: " + e.getMessage());
    }
  }

  private Reply job(HttpMethod method, String id) {
    var about = Json.object().put("id", id);
    if (method.equals(HttpMethod.GET)) {
      return desk.call("prefetchStatus", about);
    }
    return method.equals(HttpMethod.DELETE)
        ? desk.call("cancelPrefetch", about)
        : Reply.problem(Reply.NOT_ALLOWED, "Use GET to look at a job, DELETE to cancel it.");
  }

  private static void answer(HttpServerRequest request, Reply reply) {
    request
        .response()
        .setStatusCode(reply.status())
        .putHeader("Content-Type", "application/json")
        .putHeader("Cache-Control", "no-store")
        .end(Buffer.buffer(Json.writeBytes(reply.body())));
  }
}
