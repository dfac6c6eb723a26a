package dev.larder.hub.iothub;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.json.Json;
import dev.larder.common.topic.DirectMethod;
import dev.larder.hub.measure.Histogram;
import dev.larder.hub.message.Payload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Direct methods that modules and devices were asked to carry out and have not answered yet. None
 * is kept longer than its asker waits.
 */
public final class MethodDesk {
  private static final int MOST_PENDING = 256;
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final Map<String, Pending> pending = new HashMap<>();
  private final Histogram answerMillis = Histogram.ofMillis();
  private long requests;

  private record Pending(String target, Answer answer, long askedMillis, long dueMillis) {}

  /** Where the answer to one request goes. */
  public record Answer(Consumer<DirectMethod.Response> to) {
    void refused(int status, String why) {
      to.accept(new DirectMethod.Response(status, Json.object(), Optional.of(why)));
    }
  }

  /** Notes a request; its id, or empty when there are too many. */
  Optional<String> await(String target, Duration patience, Answer answer, long nowMillis) {
    if (pending.size() >= MOST_PENDING) {
      answer.refused(
          DirectMethod.TOO_MANY,
          "The hub waits for " + MOST_PENDING + " other answers. Try again.");
      return Optional.empty();
    }
    var id = Long.toString(++requests);
    long millis = Math.clamp(patience.toMillis(), 1, LONGEST.toMillis());
    pending.put(id, new Pending(target, answer, nowMillis, nowMillis + millis));
    return Optional.of(id);
  }

  /** Whether an answer was awaited; one that nobody waits for, or of another, is passed over. */
  boolean answered(String target, String requestId, int status, Payload payload, long nowMillis) {
    var asked = pending.get(requestId);
    if (asked == null || !asked.target.equals(target)) {
      return false;
    }
    pending.remove(requestId);
    answerMillis.add(Math.max(0, nowMillis - asked.askedMillis));
    asked.answer.to.accept(new DirectMethod.Response(status, body(payload), Optional.empty()));
    return true;
  }

  /** From the asking to the answer. */
  Histogram answerMillis() {
    return answerMillis;
  }

  /** Gives up those that were not answered in time. */
  void tick(long nowMillis) {
    if (pending.isEmpty()) {
      return;
    }
    for (var entry : List.copyOf(pending.entrySet())) {
      if (entry.getValue().dueMillis <= nowMillis) {
        pending.remove(entry.getKey());
        entry
            .getValue()
            .answer
            .refused(
                DirectMethod.LATE,
                entry.getValue().target + " did not answer in time. It may still do it.");
      }
    }
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
