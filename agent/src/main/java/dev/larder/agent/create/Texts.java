package dev.larder.agent.create;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Numbers and flags where the engine takes texts alone. IoT Edge reads options with Json.NET, which
 * makes texts of them, and its own samples count on that: {@code "compress": true}.
 */
final class Texts {
  private static final List<List<String>> MAPS =
      List.of(
          List.of("Labels"),
          List.of("HostConfig", "LogConfig", "Config"),
          List.of("HostConfig", "StorageOpt"),
          List.of("HostConfig", "Sysctls"),
          List.of("HostConfig", "Tmpfs"));

  private Texts() {}

  /** Makes texts of them in a create request. */
  static void settle(ObjectNode body) {
    MAPS.forEach(path -> at(body, path).ifPresent(Texts::scalars));
    at(body, List.of("HostConfig", "PortBindings"))
        .ifPresent(ports -> ports.forEach(bindings -> bindings.forEach(Texts::binding)));
  }

  private static void binding(JsonNode binding) {
    if (binding instanceof ObjectNode object) {
      scalars(object);
    }
  }

  /** The engine reads names in any case. */
  private static Optional<ObjectNode> at(ObjectNode node, List<String> path) {
    var found = Optional.of(node);
    for (var name : path) {
      found = found.flatMap(object -> child(object, name));
    }
    return found;
  }

  private static Optional<ObjectNode> child(ObjectNode node, String name) {
    return node.propertyStream()
        .filter(entry -> entry.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .filter(ObjectNode.class::isInstance)
        .map(ObjectNode.class::cast)
        .findFirst();
  }

  private static void scalars(ObjectNode map) {
    for (var entry : map.properties()) {
      if (entry.getValue().isNumber() || entry.getValue().isBoolean()) {
        entry.setValue(map.textNode(entry.getValue().asText()));
      }
    }
  }
}
