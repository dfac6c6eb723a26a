package dev.larder.common.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Checked;
import java.io.IOException;
import java.util.List;

/**
 * What the long poll carries to an agent: the part of a deployment that is the agent's, and whose
 * it is.
 *
 * @param cacheNodeId the node it was rendered for; an agent refuses another's
 * @param version counts up each time what the node should run has changed
 */
public record NodeManifest(CacheNodeId cacheNodeId, long version, AgentDesired desired) {
  private static final String DESIRED_PATH = "modulesContent.$edgeAgent.properties.desired";

  /** The bytes that the cloud signs and sends. */
  public static byte[] write(CacheNodeId node, long version, ObjectNode agentDesired) {
    var document = Json.object().put("cacheNodeId", node.toString()).put("version", version);
    document
        .putObject("modulesContent")
        .putObject(Deployment.AGENT)
        .set("properties.desired", agentDesired);
    return Json.writeBytes(Json.canonical(document));
  }

  /** The paths of fields that are passed over; empty for what is no manifest. */
  public static List<String> unknownFields(byte[] bytes) {
    try {
      return AgentDesiredReader.unknownFields(desired(Json.mapper().readTree(bytes)));
    } catch (IOException _) {
      return List.of();
    }
  }

  private static JsonNode desired(JsonNode document) {
    return document.path("modulesContent").path(Deployment.AGENT).path("properties.desired");
  }

  /**
   * Reads what {@link #write} wrote, or a whole deployment manifest with the two fields beside it.
   */
  public static Checked<NodeManifest> read(byte[] bytes) {
    JsonNode document;
    try {
      document = Json.mapper().readTree(bytes);
    } catch (IOException e) {
      return Checked.invalid("", "is not JSON: " + e.getMessage(), "send a deployment manifest");
    }
    var desired = desired(document);
    CacheNodeId node;
    try {
      node = CacheNodeId.of(document.path("cacheNodeId").asText());
    } catch (IllegalArgumentException e) {
      return Checked.invalid("cacheNodeId", String.valueOf(e.getMessage()), "name the node");
    }
    var version = document.path("version");
    if (!version.isIntegralNumber() || version.longValue() < 1) {
      return Checked.invalid("version", "is no whole number from 1", "number the manifest");
    }
    return AgentDesiredReader.read(desired, DESIRED_PATH)
        .map(read -> new NodeManifest(node, version.longValue(), read));
  }
}
