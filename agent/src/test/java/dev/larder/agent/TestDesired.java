package dev.larder.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;

/** Desired properties of {@code $edgeAgent}, to be filled with modules. */
public final class TestDesired {
  private TestDesired() {}

  /** With an agent and nothing else. */
  public static ObjectNode desired() {
    return desired("agent:1");
  }

  /** With an agent of this image and nothing else. */
  public static ObjectNode desired(String agentImage) {
    var desired = Json.object().put("schemaVersion", "1.1");
    desired.putObject("runtime").put("type", "docker");
    desired.putObject("modules");
    var agent = desired.putObject("systemModules").putObject("edgeAgent").put("type", "docker");
    agent.putObject("settings").put("image", agentImage);
    return desired;
  }

  /** Adds a module, or puts it in the place of the one before. */
  public static ObjectNode module(ObjectNode desired, String name, String image) {
    var module = ((ObjectNode) desired.get("modules")).putObject(name).put("type", "docker");
    module.putObject("settings").put("image", image);
    return module;
  }
}
