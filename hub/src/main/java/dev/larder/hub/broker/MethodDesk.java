package dev.larder.hub.broker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.topic.DirectMethod;
import dev.larder.hub.message.Payload;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Direct methods that modules were asked to carry out and have not answered yet. None is kept
 * longer than its asker waits. On the event loop alone.
 */
public final class MethodDesk {
  private static final Logger log = LoggerFactory.getLogger(MethodDesk.class);
  private static final int MOST_PENDING = 256;
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final Vertx vertx;
  private final Map<String, Pending> pending = new HashMap<>();
  private long requests;

  private record Pending(ModuleId module, Answer answer, long timer) {}

  /** Where the answer to one request goes. */
  public record Answer(Consumer<DirectMethod.Response> to) {
    void refused(String why) {
      to.accept(new DirectMethod.Response(0, Json.object(), Optional.of(why)));
    }
  }

  public MethodDesk(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Notes a request; its id, or empty when there are too many. */
  Optional<String> await(ModuleId module, Duration patience, Answer answer) {
    if (pending.size() >= MOST_PENDING) {
      answer.refused("The hub waits for " + MOST_PENDING + " other answers. Try again.");
      return Optional.empty();
    }
    var id = Long.toString(++requests);
    long millis = Math.clamp(patience.toMillis(), 1, LONGEST.toMillis());
    long timer = vertx.setTimer(millis, _ -> pending.remove(id));
    pending.put(id, new Pending(module, answer, timer));
    return Optional.of(id);
  }

  /** A module's answer; one that nobody waits for, or of another module, is passed over. */
  void answered(ModuleId module, String requestId, int status, Payload payload) {
    var asked = pending.get(requestId);
    if (asked == null || !asked.module.equals(module)) {
      log.atInfo()
          .addKeyValue("module", module)
          .addKeyValue("request", requestId)
          .log("answer to a method that nobody waits for");
      return;
    }
    pending.remove(requestId);
    vertx.cancelTimer(asked.timer);
    asked.answer.to.accept(new DirectMethod.Response(status, body(payload), Optional.empty()));
  }

  /** JSON, or else the text. */
  private static JsonNode body(Payload payload) {
    try {
      var read = Json.mapper().readTree(payload.bytes());
      return read.isMissingNode() ? Json.object() : read;
    } catch (IOException _) {
      return Json.mapper()
          .getNodeFactory()
          .textNode(new String(payload.bytes(), StandardCharsets.UTF_8));
    }
  }
}
