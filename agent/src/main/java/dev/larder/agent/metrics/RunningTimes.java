package dev.larder.agent.metrics;

import dev.larder.agent.converge.View;
import dev.larder.agent.metrics.Exposition.Kind;
import dev.larder.agent.plan.Actual;
import dev.larder.agent.plan.HealthState;
import dev.larder.agent.plan.Phase;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.ModuleSpec;
import dev.larder.common.manifest.ModuleStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How long modules were to run, and how long they did. What was seen holds until the next look;
 * time without a look, a clock that was set or a machine that slept, counts for nothing.
 */
final class RunningTimes {
  /** Two looks are a minute apart at most. */
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private static final double MILLIS = 1000;

  private Map<String, Module> modules = new TreeMap<>();
  private Optional<Instant> seenAt = Optional.empty();

  private record Module(
      String version, boolean expected, boolean correct, Duration toRun, Duration ran) {
    Module after(Duration time) {
      return new Module(
          version,
          expected,
          correct,
          expected ? toRun.plus(time) : toRun,
          expected && correct ? ran.plus(time) : ran);
    }
  }

  /** Takes in what was seen of the modules of the manifest in force. */
  void seen(View view, Instant now) {
    pass(now);
    var next = new TreeMap<String, Module>();
    view.manifest()
        .ifPresent(manifest ->
            manifest
                .desired()
                .inStartOrder()
                .forEach(spec -> next.put(spec.id().value(), module(spec, view))));
    modules = next;
  }

  private Module module(ModuleSpec spec, View view) {
    var before = Optional.ofNullable(modules.get(spec.id().value()));
    return new Module(
        spec.version(),
        // An engine that does not answer says neither that it runs nor that it does not.
        spec.status() == ModuleStatus.RUNNING && view.actual().isPresent(),
        view.actual().map(actual -> runs(spec.id(), actual)).orElse(false),
        before.map(Module::toRun).orElse(Duration.ZERO),
        before.map(Module::ran).orElse(Duration.ZERO));
  }

  private static boolean runs(ModuleId id, Actual actual) {
    return actual
        .current(id)
        .map(c -> c.phase() == Phase.RUNNING && c.health() != HealthState.UNHEALTHY)
        .orElse(false);
  }

  private void pass(Instant now) {
    var time = seenAt.map(at -> Duration.between(at, now)).orElse(Duration.ZERO);
    if (time.isPositive() && time.compareTo(LONGEST) <= 0) {
      modules.replaceAll((_, module) -> module.after(time));
    }
    seenAt = Optional.of(now);
  }

  void write(Exposition out, Instant now) {
    pass(now);
    out.family(
        Kind.GAUGE,
        "edgeAgent_total_time_expected_running_seconds",
        "Time that the module was to run, since the agent started");
    modules.forEach((name, module) -> sample(out, name, module, module.toRun()));
    out.family(
        Kind.GAUGE,
        "edgeAgent_total_time_running_correctly_seconds",
        "Time of it in which the module ran and was not unhealthy");
    modules.forEach((name, module) -> sample(out, name, module, module.ran()));
  }

  private static void sample(Exposition out, String name, Module module, Duration time) {
    out.sample(time.toMillis() / MILLIS, "module_name", name, "module_version", module.version());
  }
}
