package dev.larder.common.route;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** A message for tests; the body is JSON in UTF-8 when it begins with a brace. */
record TestMessage(
    String sender,
    String device,
    String output,
    Map<String, String> properties,
    Map<String, String> system,
    String content)
    implements RoutedMessage {
  static TestMessage of(Map<String, String> properties, String content) {
    return new TestMessage(
        "press", "node-1", "alarm", properties, Map.of("messageId", "m-7"), content);
  }

  static TestMessage from(String sender, String output) {
    return new TestMessage(sender, "node-1", output, Map.of(), Map.of(), "");
  }

  @Override
  public Optional<String> property(String name) {
    return Optional.ofNullable(properties.get(name));
  }

  @Override
  public Optional<String> systemProperty(String name) {
    return Optional.ofNullable(system.get(name));
  }

  @Override
  public JsonNode body() {
    var json = Optional.of("application/json").filter(_ -> content.startsWith("{"));
    return MessageBody.read(json, Optional.of("utf-8"), content.getBytes(StandardCharsets.UTF_8));
  }
}
