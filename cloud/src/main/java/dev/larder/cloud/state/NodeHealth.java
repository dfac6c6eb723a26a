package dev.larder.cloud.state;

import dev.larder.common.report.NodeReport;
import dev.larder.common.report.NodeReport.ModuleReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A node's state and why.
 *
 * @param detail for a person: the reason, and what to do next
 */
public record NodeHealth(NodeState state, String detail) {
  /** An agent reports at least every 30 s; this long without one and it is not there. */
  public static final Duration SILENCE = Duration.ofMinutes(2);

  private static final int FIRST_ERROR_CODE = 400;

  /** A report, and when it came. */
  public record Received(NodeReport report, Instant at) {}

  /**
   * Judges a node.
   *
   * @param hasDrives whether its configuration names a cache drive
   * @param enrolled whether it has a certificate
   * @param last its last report
   */
  public static NodeHealth of(
      boolean hasDrives, boolean enrolled, Optional<Received> last, Instant now) {
    if (!hasDrives) {
      return new NodeHealth(
          NodeState.NOT_CONFIGURED, "Add a cache drive on the Configuration tab and save.");
    }
    if (last.isEmpty()) {
      return new NodeHealth(
          NodeState.NEVER_PHONED_HOME,
          enrolled
              ? "The node has enrolled and its agent has not reported yet. If this lasts more than"
                  + " a minute, look at the agent's log on the node."
              : "Run the command of the Deployment tab on the node's machine.");
    }
    return of(last.get(), now);
  }

  private static NodeHealth of(Received last, Instant now) {
    var silent = Duration.between(last.at(), now);
    if (silent.compareTo(SILENCE) > 0) {
      return unhealthy(
          "No report for " + readable(silent) + ". Is the machine on, and can it reach the cloud?");
    }
    var status = last.report().lastDesiredStatus();
    if (status.code() >= FIRST_ERROR_CODE) {
      return unhealthy(
          "The agent could not apply the manifest ("
              + status.code()
              + "): "
              + status.description()
              + ". What ran before still runs.");
    }
    var modules = new TreeMap<String, ModuleReport>(last.report().systemModules());
    modules.putAll(last.report().modules());
    return modules.entrySet().stream()
        .flatMap(entry -> trouble(entry).stream())
        .findFirst()
        .map(NodeHealth::unhealthy)
        .orElseGet(() -> new NodeHealth(NodeState.HEALTHY, "Every module runs."));
  }

  private static NodeHealth unhealthy(String detail) {
    return new NodeHealth(NodeState.UNHEALTHY, detail);
  }

  private static Optional<String> trouble(Map.Entry<String, ModuleReport> entry) {
    var module = entry.getValue();
    boolean wanted = module.status().equals("running");
    boolean runs = module.runtimeStatus().equals("running") && module.healthy().orElse(true);
    if (!wanted || runs) {
      return Optional.empty();
    }
    var how = module.runtimeStatus().equals("running") ? "unhealthy" : module.runtimeStatus();
    var why = module.statusDescription();
    return Optional.of(
        "Module " + entry.getKey() + " is " + how + (why.isBlank() ? "." : ": " + why));
  }

  private static String readable(Duration duration) {
    if (duration.toDays() > 0) {
      return duration.toDays() + " d";
    }
    return duration.toHours() > 0 ? duration.toHours() + " h" : duration.toMinutes() + " min";
  }
}
