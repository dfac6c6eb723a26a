package dev.larder.agent.report;

import dev.larder.agent.converge.View;
import dev.larder.agent.create.Spec;
import dev.larder.agent.intake.Received;
import dev.larder.agent.plan.Actual;
import dev.larder.agent.plan.Desired;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.AgentDesired;
import dev.larder.common.manifest.ModuleSpec;
import dev.larder.common.manifest.ModuleStatus;
import dev.larder.common.manifest.RestartPolicy;
import dev.larder.common.report.NodeReport;
import dev.larder.common.report.NodeReport.ModuleReport;
import dev.larder.common.report.NodeReport.Platform;
import dev.larder.common.report.NodeReport.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Makes the report of what the agent wants and what really runs. */
public final class ReportMaker {
  private static final String SCHEMA = "1.1";
  private static final int APPLIED = 200;
  private static final int BEING_APPLIED = 202;
  private static final int FAILED = 500;

  private ReportMaker() {}

  public static NodeReport report(
      OwnState own, Platform platform, Received received, View view, Instant now) {
    var system = new TreeMap<String, ModuleReport>();
    system.put(ModuleId.AGENT.value(), agent(own));
    var modules = new TreeMap<String, ModuleReport>();
    view.manifest()
        .ifPresent(manifest -> {
          for (var module : modules(manifest.desired(), view, now)) {
            (module.id().equals(ModuleId.HUB) ? system : modules)
                .put(module.id().value(), module.report());
          }
        });
    return new NodeReport(
        SCHEMA,
        own.version(),
        received.version(),
        status(received, view, own, system, modules),
        platform,
        system,
        modules,
        now,
        Optional.of(own.certificateDaysLeft()),
        Optional.empty());
  }

  private record Entry(ModuleId id, ModuleReport report) {}

  private static List<Entry> modules(AgentDesired manifest, View view, Instant now) {
    var actual = view.actual().orElseGet(() -> new Actual(List.of(), Map.of(), Map.of(), Set.of()));
    Desired desired = Spec.desired(manifest);
    return manifest.inStartOrder().stream()
        .map(spec ->
            new Entry(
                spec.id(),
                module(spec, desired.module(spec.id()).orElseThrow().spec(), actual, view, now)))
        .toList();
  }

  private static ModuleReport module(
      ModuleSpec spec, String hash, Actual actual, View view, Instant now) {
    var state =
        view.actual().isPresent()
            ? RuntimeState.of(spec, hash, actual, view.history().of(spec.id()), view.pulls(), now)
            : new RuntimeState("unknown", view.engineProblem());
    var container = actual.current(spec.id()).or(() -> actual.of(spec.id()).stream().findFirst());
    return new ModuleReport(
        spec.image(),
        container.map(c -> c.imageId()).orElse(""),
        spec.status().text(),
        state.status(),
        state.description(),
        container.flatMap(RuntimeState::healthy),
        container.map(c -> c.exitCode()).orElse(0L),
        view.history().of(spec.id()).restartCount(),
        container.flatMap(c -> c.startedAt()),
        container.flatMap(c -> c.finishedAt()),
        spec.restartPolicy().text(),
        spec.version());
  }

  private static ModuleReport agent(OwnState own) {
    return new ModuleReport(
        own.image(),
        own.imageId(),
        ModuleStatus.RUNNING.text(),
        "running",
        own.problem(),
        Optional.of(true),
        0,
        0,
        own.startedAt(),
        Optional.empty(),
        RestartPolicy.ALWAYS.text(),
        own.version());
  }

  private static Status status(
      Received received,
      View view,
      OwnState own,
      Map<String, ModuleReport> system,
      Map<String, ModuleReport> modules) {
    if (received.isRefused()) {
      return new Status(received.code(), received.description());
    }
    if (!view.engineProblem().isEmpty()) {
      return new Status(FAILED, view.engineProblem());
    }
    if (isOfBefore(view, received)) {
      return new Status(BEING_APPLIED, "");
    }
    var failing =
        view.history().modules().entrySet().stream()
            .filter(entry -> entry.getValue().worst().isPresent())
            .map(entry -> entry.getKey().value())
            .collect(Collectors.toCollection(TreeSet::new));
    failing.addAll(notAsWanted(view));
    if (!own.problem().isEmpty()) {
      failing.add(ModuleId.AGENT.value());
    }
    if (!failing.isEmpty()) {
      return new Status(FAILED, describe(failing, system, modules));
    }
    return view.converged() && !isToBeReplaced(own, view)
        ? new Status(APPLIED, "")
        : new Status(BEING_APPLIED, "");
  }

  /** Whether the manifest names another image for the agent than it runs. */
  private static boolean isToBeReplaced(OwnState own, View view) {
    return !own.image().isEmpty()
        && view.manifest()
            .flatMap(manifest -> manifest.desired().agent())
            .filter(agent -> !agent.image().equals(own.image()))
            .isPresent();
  }

  /** Whether the look was made for a manifest that another has replaced since. */
  private static boolean isOfBefore(View view, Received received) {
    return view.manifest().filter(m -> m.version() == received.version()).isEmpty();
  }

  /** Modules of which nothing more will be tried. */
  private static List<String> notAsWanted(View view) {
    return view.manifest().stream()
        .flatMap(manifest -> manifest.desired().inStartOrder().stream())
        .filter(spec -> isNotAsWanted(spec, view))
        .map(spec -> spec.id().value())
        .toList();
  }

  private static boolean isNotAsWanted(ModuleSpec spec, View view) {
    var hash = Spec.hash(spec);
    return RuntimeState.takenBack(spec, hash, view.history().of(spec.id()))
        .or(() -> view.actual().flatMap(seen -> RuntimeState.withoutImage(spec, hash, seen)))
        .isPresent();
  }

  private static String describe(
      Set<String> failing, Map<String, ModuleReport> system, Map<String, ModuleReport> modules) {
    return failing.stream()
        .map(id -> {
          var report = system.getOrDefault(id, modules.get(id));
          return id + (report == null ? " cannot be removed" : ": " + report.statusDescription());
        })
        .collect(Collectors.joining("; "));
  }
}
