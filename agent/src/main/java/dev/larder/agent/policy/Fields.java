package dev.larder.agent.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * The fields of an object as the engine finds them: in any case (Go's {@code encoding/json}). A
 * field that is there twice in different cases is a violation, for which of them the engine takes
 * is its own affair.
 */
final class Fields {
  private final Map<String, JsonNode> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  private Fields() {}

  /** Those of what should be an object; none when it is not, which is noted. */
  static Fields of(JsonNode node, String path, Findings findings) {
    var fields = new Fields();
    if (node instanceof ObjectNode object) {
      for (var field : object.properties()) {
        if (!field.getValue().isNull()
            && fields.byName.putIfAbsent(field.getKey(), field.getValue()) != null) {
          findings.fixed(
              path + "." + field.getKey(), "is there twice, in different cases", "write it once");
        }
      }
    } else if (!node.isMissingNode() && !node.isNull()) {
      findings.fixed(path, "is no object", "write an object: {…}");
    }
    return fields;
  }

  JsonNode get(String name) {
    return byName.getOrDefault(name, MissingNode.getInstance());
  }

  /** By the names as they are written. */
  Map<String, JsonNode> all() {
    return byName;
  }
}
