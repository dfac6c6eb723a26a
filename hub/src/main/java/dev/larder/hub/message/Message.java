package dev.larder.hub.message;

import dev.larder.common.id.ModuleId;
import dev.larder.common.topic.IotHubTopics;
import java.time.Instant;
import java.util.Map;

/**
 * A module's message.
 *
 * @param at when the hub took it; kept to the millisecond
 * @param properties the sender's, the system ones ({@code $.…}) among them
 */
public record Message(
    ModuleId sender, Instant at, Map<String, String> properties, Payload payload) {
  public Message {
    properties = Map.copyOf(properties);
    at = Instant.ofEpochMilli(at.toEpochMilli());
  }

  /** The output it was sent on; empty for the unnamed one. */
  public String output() {
    return properties.getOrDefault(IotHubTopics.OUTPUT, "");
  }

  /** What it takes of a bound on memory: payload, properties and a flat sum for the rest. */
  public int weight() {
    int weight = 64 + payload.size();
    for (var property : properties.entrySet()) {
      weight += 2 * (property.getKey().length() + property.getValue().length());
    }
    return weight;
  }
}
