package dev.larder.common.twin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;

/**
 * The rules of twin documents, which are those of JSON Merge Patch (RFC 7396): null removes,
 * objects merge.
 */
public final class Twins {
  /** Desired or reported, as UTF-8 JSON. IoT Hub's 32 KiB is lifted to this. */
  public static final int SIZE_LIMIT_BYTES = 256 * 1024;

  private Twins() {}

  /** The document after a patch; neither argument is changed. */
  public static ObjectNode merge(ObjectNode document, ObjectNode patch) {
    var merged = document.deepCopy();
    mergeInto(merged, patch);
    return merged;
  }

  private static void mergeInto(ObjectNode target, ObjectNode patch) {
    for (var entry : patch.properties()) {
      var name = entry.getKey();
      var value = entry.getValue();
      if (value.isNull()) {
        target.remove(name);
      } else if (value instanceof ObjectNode inner) {
        var into = target.get(name) instanceof ObjectNode there ? there : Json.object();
        mergeInto(into, inner);
        target.set(name, into);
      } else {
        target.set(name, value.deepCopy());
      }
    }
  }

  /** The smallest patch that makes {@code after} of {@code before}; empty when they are equal. */
  public static ObjectNode difference(ObjectNode before, ObjectNode after) {
    var patch = Json.object();
    for (var entry : before.properties()) {
      if (!after.has(entry.getKey())) {
        patch.set(entry.getKey(), NullNode.getInstance());
      }
    }
    for (var entry : after.properties()) {
      var name = entry.getKey();
      JsonNode was = before.get(name);
      JsonNode is = entry.getValue();
      if (is.equals(was)) {
        continue;
      }
      patch.set(
          name,
          was instanceof ObjectNode wasObject && is instanceof ObjectNode isObject
              ? difference(wasObject, isObject)
              : is.deepCopy());
    }
    return patch;
  }
}
