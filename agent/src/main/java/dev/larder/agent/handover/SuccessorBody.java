package dev.larder.agent.handover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import java.util.HashSet;
import java.util.Set;

/**
 * What a successor is created with: all that the deploy script gave the agent's container, and
 * nothing that only came from its image, for the new image brings its own.
 */
final class SuccessorBody {
  private static final int SHORT_ID = 12;

  private SuccessorBody() {}

  /**
   * The body of {@code POST /containers/create}.
   *
   * @param own the engine's answer on the agent's container
   * @param ownImage the engine's answer on the image it runs
   */
  static ObjectNode of(JsonNode own, JsonNode ownImage, String newImage) {
    var body = Json.object();
    var fromImage = ownImage.path("Config");
    for (var field : own.path("Config").properties()) {
      var value = withoutImages(field.getValue(), fromImage.path(field.getKey()));
      if (!value.isNull()
          && !value.isMissingNode()
          && !(value.isContainerNode() && value.isEmpty())) {
        body.set(field.getKey(), value);
      }
    }
    var shortId = own.path("Id").asText().substring(0, SHORT_ID);
    if (body.path("Hostname").asText().equals(shortId)) {
      body.remove("Hostname");
    }
    body.put("Image", newImage);
    body.set("HostConfig", own.path("HostConfig").deepCopy());
    var endpoints = body.putObject("NetworkingConfig").putObject("EndpointsConfig");
    for (var network : own.path("NetworkSettings").path("Networks").properties()) {
      endpoints.set(network.getKey(), endpoint(network.getValue(), shortId));
    }
    return body;
  }

  /** Only what the container has and its image does not; lists and maps are compared by entry. */
  private static JsonNode withoutImages(JsonNode own, JsonNode image) {
    if (own.equals(image)) {
      return Json.mapper().nullNode();
    }
    if (own instanceof ObjectNode object && image.isObject()) {
      var rest = Json.object();
      object
          .properties()
          .forEach(entry -> {
            if (!entry.getValue().equals(image.get(entry.getKey()))) {
              rest.set(entry.getKey(), entry.getValue().deepCopy());
            }
          });
      return rest;
    }
    return own instanceof ArrayNode array && image.isArray() && isEnvironment(array)
        ? withoutEntries(array, image)
        : own.deepCopy();
  }

  /** A command is one thing; of an environment each entry stands by itself. */
  private static boolean isEnvironment(ArrayNode array) {
    for (var entry : array) {
      if (!entry.asText().contains("=")) {
        return false;
      }
    }
    return true;
  }

  private static ArrayNode withoutEntries(ArrayNode own, JsonNode image) {
    Set<JsonNode> known = new HashSet<>();
    image.forEach(known::add);
    var rest = Json.mapper().createArrayNode();
    own.forEach(entry -> {
      if (!known.contains(entry)) {
        rest.add(entry);
      }
    });
    return rest;
  }

  private static ObjectNode endpoint(JsonNode network, String shortId) {
    var endpoint = Json.object();
    var aliases = endpoint.putArray("Aliases");
    for (var alias : network.path("Aliases")) {
      if (!alias.asText().equals(shortId)) {
        aliases.add(alias.asText());
      }
    }
    return endpoint;
  }
}
