package dev.larder.cloud.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Asks a module of a node by a direct method and shows its answer. */
final class ModuleMethod {
  private static final int REFUSED = 300;

  @Option(
      names = "--response-timeout",
      defaultValue = "20",
      description = "Seconds to wait for the module, 5 to 25 (default: ${DEFAULT-VALUE})")
  private int seconds = 20;

  /** The module's answer; one that says that it refused is a {@link CliFailure}. */
  JsonNode invoke(Cloud cloud, NodeNames names, String module, String method, JsonNode payload) {
    var path = names.path("modules", module, "methods", method) + "?responseTimeout=" + seconds;
    var answer = cloud.ask(client -> client.send("POST", path, payload));
    var said = answer.path("payload");
    int status = answer.path("status").asInt();
    if (status >= REFUSED) {
      var detail =
          said.path("detail").asText("The module answered " + status + ": " + said.toString());
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
