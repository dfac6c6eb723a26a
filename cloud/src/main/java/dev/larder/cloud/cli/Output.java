package dev.larder.cloud.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.json.Json;
import java.io.PrintWriter;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How a command shows its answer. */
final class Output {
  enum Format {
    table,
    json
  }

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      description = "How the answer is shown: ${COMPLETION-CANDIDATES} (default: table)")
  private Format format = Format.table;

  /** Shows an answer as the table that it makes, or as the JSON that it is. */
  void show(JsonNode answer, Function<JsonNode, String> table) {
    out().print(format == Format.json ? pretty(answer) + "\n" : table.apply(answer));
    out().flush();
  }

  private static String pretty(JsonNode answer) {
    try {
      return Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(answer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A JSON tree is always writable", e);
    }
  }

  private PrintWriter out() {
    return command.commandLine().getOut();
  }
}
