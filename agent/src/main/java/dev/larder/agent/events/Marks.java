package dev.larder.agent.events;

import dev.larder.common.report.NodeReport;
import dev.larder.common.report.NodeReport.ModuleReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What was last seen of each module and of the manifest, to tell what has changed since.
 *
 * @param manifestVersion 0 before the first
 */
record Marks(Map<String, Mark> modules, long manifestVersion, boolean manifestRefused) {
  static final Marks NONE = new Marks(Map.of(), 0, false);

  private static final int APPLIED = 200;
  private static final int CLIENT_ERRORS = 400;
  private static final int FAILED = 500;

  /** The engine does not answer, or the module is in the making. */
  private static final Set<String> UNDECIDED = Set.of("unknown", "pulling");

  private static final Set<String> DOWN = Set.of("failed", "backoff");

  Marks {
    modules = Map.copyOf(modules);
  }

  /** One module, as reports tell of it. */
  record Mark(String image, Optional<Instant> startedAt, String state) {}

  /** Something that happened; the names are of {@link dev.larder.common.report.NodeEvents}. */
  record Change(String kind, String module, String description) {}

  /** What is to be remembered of a report. */
  Marks after(NodeReport report) {
    var next = new HashMap<String, Mark>(isManifestKnown(report) ? Map.of() : modules);
    all(report)
        .forEach((id, module) -> {
          if (!UNDECIDED.contains(module.runtimeStatus())) {
            next.put(
                id, new Mark(module.image(), module.lastStartTimeUtc(), module.runtimeStatus()));
          } else if (modules.containsKey(id)) {
            next.put(id, modules.get(id));
          }
        });
    return isManifestTold(report)
        ? new Marks(next, report.lastDesiredVersion(), isRefused(report))
        : new Marks(next, manifestVersion, manifestRefused);
  }

  /** What happened between these and a report. */
  List<Change> changes(NodeReport report) {
    var changes = new ArrayList<Change>();
    if (isManifestTold(report)
        && (report.lastDesiredVersion() != manifestVersion
            || isRefused(report) != manifestRefused)) {
      changes.add(manifest(report));
    }
    var all = all(report);
    all.forEach((id, module) -> changes(id, module, changes));
    if (isManifestKnown(report)) {
      new TreeMap<>(modules)
          .forEach((id, mark) -> {
            if (!all.containsKey(id) && !mark.state().equals("stopped")) {
              changes.add(new Change("stopped", id, "no longer in the manifest"));
            }
          });
    }
    return changes;
  }

  private static Change manifest(NodeReport report) {
    var version = "version " + report.lastDesiredVersion();
    return isRefused(report)
        ? new Change(
            "manifestRefused", "", version + ": " + report.lastDesiredStatus().description())
        : new Change("manifestAccepted", "", version);
  }

  private void changes(String id, ModuleReport module, List<Change> changes) {
    var state = module.runtimeStatus();
    if (UNDECIDED.contains(state)) {
      return;
    }
    var before = Optional.ofNullable(modules.get(id));
    var was = before.map(Mark::state).orElse("");
    var started = module.lastStartTimeUtc();
    var isStarted =
        started.isPresent() && !before.map(Mark::startedAt).equals(Optional.of(started));
    if (isStarted) {
      var isAgain =
          before.flatMap(Mark::startedAt).isPresent()
              && before.map(Mark::image).equals(Optional.of(module.image()))
              && !was.equals("stopped");
      changes.add(new Change(isAgain ? "restarted" : "started", id, module.image()));
    }
    var isNews = isStarted || !was.equals(state);
    if (DOWN.contains(state) && (isStarted || !DOWN.contains(was))) {
      changes.add(new Change("failed", id, module.statusDescription()));
    } else if (state.equals("unhealthy") && isNews) {
      changes.add(new Change("unhealthy", id, module.statusDescription()));
    } else if (state.equals("stopped") && isNews && before.isPresent()) {
      changes.add(new Change("stopped", id, "exit code " + module.exitCode()));
    }
  }

  private static boolean isManifestTold(NodeReport report) {
    return report.lastDesiredVersion() > 0 || isRefused(report);
  }

  /** Without a manifest in force no module is told of, and nothing is applied. */
  private static boolean isManifestKnown(NodeReport report) {
    return report.modules().size() + report.systemModules().size() > 1
        || report.lastDesiredStatus().code() == APPLIED;
  }

  private static boolean isRefused(NodeReport report) {
    int code = report.lastDesiredStatus().code();
    return code >= CLIENT_ERRORS && code < FAILED;
  }

  private static TreeMap<String, ModuleReport> all(NodeReport report) {
    var all = new TreeMap<String, ModuleReport>(report.systemModules());
    all.putAll(report.modules());
    return all;
  }
}
