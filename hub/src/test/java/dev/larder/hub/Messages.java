package dev.larder.hub;

import dev.larder.common.id.ModuleId;
import dev.larder.hub.message.Message;
import dev.larder.hub.message.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/** Messages for tests. */
public final class Messages {
  public static final ModuleId PRESS = ModuleId.of("press");

  private Messages() {}

  public static Message message(String text) {
    return message(text, Instant.EPOCH);
  }

  public static Message message(String text, Instant at) {
    return new Message(
        PRESS,
        at,
        Map.of("$.on", "raw", "kind", "a&b"),
        Payload.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  public static String text(Payload payload) {
    return new String(payload.bytes(), StandardCharsets.UTF_8);
  }
}
