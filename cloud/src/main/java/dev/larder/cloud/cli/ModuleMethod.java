package dev.larder.cloud.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.problem.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Asks a module or a leaf device of a node by a direct method and shows its answer. */
final class ModuleMethod {
  private static final int REFUSED = 300;

  @Option(
      names = "--response-timeout",
      defaultValue = "20",
      description = "Seconds to wait for its answer, 5 to 300 (default: ${DEFAULT-VALUE})")
  private int seconds = 20;

  /** The module's answer; one that says that it refused is a {@link CliFailure}. */
  JsonNode invoke(Cloud cloud, NodeNames names, String module, String method, JsonNode payload) {
    return ask(cloud, names.path("modules", module, "methods", method), "module", payload);
  }

  /** As {@link #invoke}, of a leaf device. */
  JsonNode invokeDevice(
      Cloud cloud, NodeNames names, String device, String method, JsonNode payload) {
    return ask(
        cloud, names.path(DeviceCommand.DEVICES, device, "methods", method), "device", payload);
  }

  private JsonNode ask(Cloud cloud, String method, String what, JsonNode payload) {
    var path = method + "?responseTimeout=" + seconds;
    var answer =
        cloud.ask(
            client -> client.send("POST", path, payload, Duration.ofSeconds(Math.max(0, seconds))));
    var said = answer.path("payload");
    int status = answer.path("status").asInt();
    if (status >= REFUSED) {
      var detail =
          said.path("detail")
              .asText("The " + what + " answered " + status + ": " + said.toString());
      throw new CliFailure(detail, status, problems(said.path("problems")));
    }
    return said;
  }

  private static List<Problem> problems(JsonNode array) {
    var problems = new ArrayList<Problem>();
    for (var problem : array) {
      problems.add(
          new Problem(
              problem.path("path").asText(),
              problem.path("message").asText(),
              problem.path("mend").asText()));
    }
    return problems;
  }
}
