package dev.larder.cloud.render;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.Deployment;
import java.util.Map;

/**
 * What a node should be.
 *
 * @param agentDesired {@code $edgeAgent}'s desired properties as they go over the wire, {@code
 *     createOptions} as a string
 * @param twins desired properties by twin: {@code $edgeHub} and every module
 */
public record Rendered(ObjectNode agentDesired, Map<String, ObjectNode> twins) {
  public Rendered {
    twins = Map.copyOf(twins);
  }

  /** The whole deployment manifest, for people. */
  public ObjectNode document() {
    var document = Json.object();
    var content = document.putObject("modulesContent");
    content.putObject(Deployment.AGENT).set("properties.desired", agentDesired.deepCopy());
    twins.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(twin ->
            content.putObject(twin.getKey()).set("properties.desired", twin.getValue().deepCopy()));
    return document;
  }
}
