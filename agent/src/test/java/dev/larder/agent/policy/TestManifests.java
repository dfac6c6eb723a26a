package dev.larder.agent.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.agent.node.NodeNames;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.AgentDesired;
import dev.larder.common.manifest.AgentDesiredReader;
import java.util.List;

/** Manifests of a hub, a cache and one module more, and the host that they are for. */
public final class TestManifests {
  public static final Host HOST =
      new Host(new NodeNames("larder"), "/var/lib/larder", List.of("/srv/cache/larder"));

  private TestManifests() {}

  /** With these create options for the module {@code press}. */
  public static ObjectNode desired(String createOptions) throws JsonProcessingException {
    return desired("registry.example/press:1", "on-create", createOptions);
  }

  public static ObjectNode desired(String image, String pullPolicy, String createOptions)
      throws JsonProcessingException {
    var desired =
        (ObjectNode)
            Json.mapper()
                .readTree(
                    """
                    {"schemaVersion": "1.1", "runtime": {"type": "docker"},
                     "systemModules": {
                       "edgeAgent": {"type": "docker", "settings": {"image": "registry.example/agent:1"}},
                       "edgeHub": {"type": "docker", "settings": {"image": "registry.example/hub:1"}}},
                     "modules": {
                       "cache": {"type": "docker", "settings": {"image": "registry.example/cache:1"}}}}
                    """);
    var press = ((ObjectNode) desired.get("modules")).putObject("press");
    press.put("type", "docker").put("imagePullPolicy", pullPolicy);
    press
        .putObject("settings")
        .put("image", image)
        .set("createOptions", Json.mapper().readTree(createOptions));
    return desired;
  }

  public static AgentDesired read(ObjectNode desired) {
    return AgentDesiredReader.read(desired, "").orThrow();
  }
}
