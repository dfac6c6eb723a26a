package dev.larder.cloud.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a node's agent is asked by direct method, in IoT Edge's form. */
final class AgentRequest {
  static final String AGENT = "edgeAgent";
  static final String RESTART = "RestartModule";
  static final String LOGS = "GetModuleLogs";

  private AgentRequest() {}

  static ObjectNode restart(String module) {
    return Json.object().put("schemaVersion", "1.0").put("id", module);
  }

  /** Of one module, though the agent takes an expression that many can fit. */
  static ObjectNode logs(String module, int tail, Optional<String> since) {
    var request = Json.object().put("schemaVersion", "1.0");
    var item = request.putArray("items").addObject().put("id", "^" + Pattern.quote(module) + "$");
    var filter = item.putObject("filter").put("tail", tail);
    since.ifPresent(time -> filter.put("since", time));
    return request;
  }

  /** The log in an answer; a {@link CliFailure} when the node has no such module. */
  static String log(JsonNode answer, String module) {
    if (answer.isEmpty()) {
      throw new CliFailure(
          "The node has no module " + module + "; larder node show tells which it has");
    }
    var log = answer.path(0);
    return (log.path("truncated").asBoolean() ? "(older lines are left out)\n" : "")
        + log.path("payload").asText();
  }
}
