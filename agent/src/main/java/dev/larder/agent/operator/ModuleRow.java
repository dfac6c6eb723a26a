package dev.larder.agent.operator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.agent.engine.NodeEngine;
import dev.larder.agent.journal.LastReport;
import dev.larder.common.id.ModuleId;
import dev.larder.common.report.NodeReport.ModuleReport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A line of {@code list}: a container, or a module that has none.
 *
 * @param name the container's; empty without one
 * @param state the engine's word, or the agent's for a module without a container
 * @param health the image's health check; empty without one
 * @param since when it started, or ended; ISO 8601, empty if it did neither
 * @param restarts by the agent, as it last reported, and by the engine
 * @param problem the agent's word on why it is not as the manifest says; empty when it is
 */
record ModuleRow(
    String module,
    String name,
    String state,
    String health,
    String image,
    String since,
    int restarts,
    String problem) {

  /** The node's containers and the modules that were reported without one, by module. */
  static List<ModuleRow> of(List<JsonNode> containers, Optional<LastReport> last) {
    var reported = new TreeMap<String, ModuleReport>();
    last.ifPresent(l -> reported.putAll(l.report().systemModules()));
    last.ifPresent(l -> reported.putAll(l.report().modules()));
    var rows = new ArrayList<ModuleRow>();
    var present = new HashSet<String>();
    for (var inspect : containers) {
      var module = NodeEngine.module(inspect);
      present.add(module);
      rows.add(of(module, inspect, Optional.ofNullable(reported.get(module))));
    }
    for (Map.Entry<String, ModuleReport> entry : reported.entrySet()) {
      // An agent that runs outside a container reports itself without one.
      if (!present.contains(entry.getKey()) && !entry.getKey().equals(ModuleId.AGENT.value())) {
        rows.add(absent(entry.getKey(), entry.getValue()));
      }
    }
    rows.sort((a, b) -> (a.module() + " " + a.name()).compareTo(b.module() + " " + b.name()));
    return rows;
  }

  private static ModuleRow of(String module, JsonNode inspect, Optional<ModuleReport> report) {
    var state = inspect.path("State");
    var running = state.path("Running").asBoolean();
    return new ModuleRow(
        module,
        NodeEngine.name(inspect),
        state.path("Status").asText("unknown"),
        state.path("Health").path("Status").asText(""),
        inspect.path("Config").path("Image").asText(""),
        seconds(state.path(running ? "StartedAt" : "FinishedAt").asText("")),
        inspect.path("RestartCount").asInt(0) + report.map(ModuleReport::restartCount).orElse(0),
        report.map(ModuleReport::statusDescription).orElse(""));
  }

  private static ModuleRow absent(String module, ModuleReport report) {
    return new ModuleRow(
        module,
        "",
        report.runtimeStatus(),
        "",
        report.image(),
        "",
        report.restartCount(),
        report.statusDescription());
  }

  /** Whole seconds; the engine writes nanoseconds, and the year 1 for what has not happened. */
  private static String seconds(String instant) {
    return instant.startsWith("0001-") || instant.isEmpty()
        ? ""
        : instant.replaceFirst("\\.\\d+", "");
  }

  /** A table with a heading, columns as wide as they must be. */
  static String table(List<ModuleRow> rows) {
    var lines = new ArrayList<List<String>>();
    lines.add(List.of("MODULE", "NAME", "STATE", "HEALTH", "SINCE", "RESTARTS", "IMAGE"));
    for (var row : rows) {
      lines.add(
          List.of(
              row.module(),
              dash(row.name()),
              row.state(),
              dash(row.health()),
              dash(row.since()),
              String.valueOf(row.restarts()),
              row.image()));
    }
    var text = new StringBuilder();
    for (var line : lines) {
      var columns = new StringBuilder();
      for (int i = 0; i < line.size(); i++) {
        int column = i;
        int width = lines.stream().mapToInt(l -> l.get(column).length()).max().orElse(1);
        columns.append(line.get(i)).repeat(" ", width - line.get(i).length() + 2);
      }
      text.append(columns.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static String dash(String text) {
    return text.isEmpty() ? "-" : text;
  }
}
