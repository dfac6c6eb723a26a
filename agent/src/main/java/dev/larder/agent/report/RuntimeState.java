package dev.larder.agent.report;

import dev.larder.agent.plan.Actual;
import dev.larder.agent.plan.Container;
import dev.larder.agent.plan.Failure;
import dev.larder.agent.plan.HealthState;
import dev.larder.agent.plan.ModuleHistory;
import dev.larder.agent.plan.Phase;
import dev.larder.agent.pull.PullState;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.ImagePullPolicy;
import dev.larder.common.manifest.ModuleSpec;
import dev.larder.common.manifest.ModuleStatus;
import dev.larder.common.manifest.RestartPolicy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a module fares.
 *
 * @param status unknown, pulling, backoff, running, unhealthy, stopped or failed
 * @param description why, for a person; empty when all is well
 */
record RuntimeState(String status, String description) {
  private static final String UNKNOWN = "unknown";

  static RuntimeState of(
      ModuleSpec spec,
      String hash,
      Actual actual,
      ModuleHistory history,
      Map<ModuleId, PullState> pulls,
      Instant now) {
    var state = of(spec, hash, actual, history, pulls);
    return heldUntil(spec, hash, actual, history, now)
        .map(opening -> "update waits until " + opening)
        .or(() -> heldFor(spec, hash, actual, history))
        .map(waits -> state.description.isEmpty() ? waits : state.description + "; " + waits)
        .map(description -> new RuntimeState(state.status, description))
        .orElse(state);
  }

  private static RuntimeState of(
      ModuleSpec spec,
      String hash,
      Actual actual,
      ModuleHistory history,
      Map<ModuleId, PullState> pulls) {
    var trouble =
        history
            .worst()
            .map(RuntimeState::trouble)
            .or(() -> takenBack(spec, hash, history))
            .or(() -> withoutImage(spec, hash, actual))
            .orElse("");
    var progress = Optional.ofNullable(pulls.get(spec.id())).map(RuntimeState::progress).orElse("");
    var container = actual.current(spec.id());
    if (container.isPresent() && container.get().phase() == Phase.RUNNING) {
      var onTrial =
          actual.isOnTrial(spec.id()) ? "on trial; what ran before is kept until it is good" : "";
      return running(
          container.get(), !trouble.isEmpty() ? trouble : progress.isEmpty() ? onTrial : progress);
    }
    if (!progress.isEmpty()) {
      return new RuntimeState("pulling", progress);
    }
    var still = container.map(c -> still(spec, c, actual.missing(spec.dependsOn())));
    if (history.worst().isPresent()) {
      return new RuntimeState("backoff", trouble);
    }
    if (!trouble.isEmpty()) {
      return new RuntimeState(still.map(RuntimeState::status).orElse("failed"), trouble);
    }
    return still.orElseGet(() -> new RuntimeState(UNKNOWN, "about to be made"));
  }

  /** When the window opens that the update of a module waits for. */
  private static Optional<Instant> heldUntil(
      ModuleSpec spec, String hash, Actual actual, ModuleHistory history, Instant now) {
    return actual
        .current(spec.id())
        .filter(current -> !current.spec().equals(hash))
        .filter(_ -> takenBack(spec, hash, history).isEmpty())
        .flatMap(_ -> actual.heldUntil(spec.id(), spec.update(), now));
  }

  /** What the update of a module waits for that runs. */
  private static Optional<String> heldFor(
      ModuleSpec spec, String hash, Actual actual, ModuleHistory history) {
    var missing = actual.missing(spec.dependsOn());
    return actual
        .current(spec.id())
        .filter(current -> current.phase() == Phase.RUNNING && !current.spec().equals(hash))
        .filter(_ -> !missing.isEmpty() && takenBack(spec, hash, history).isEmpty())
        .map(_ -> "update waits for " + ids(missing));
  }

  /** What is told of a module that is not as wanted, because it was tried and did not do. */
  static Optional<String> takenBack(ModuleSpec spec, String hash, ModuleHistory history) {
    return spec.update().rollback()
        ? history
            .rejection()
            .filter(rejection -> rejection.spec().equals(hash))
            .map(rejection ->
                spec.image()
                    + " was tried until "
                    + rejection.at()
                    + " and taken back: "
                    + rejection.reason()
                    + "; what ran before runs again. Look at its log, then change the module's"
                    + " image, version or settings to try again")
        : Optional.empty();
  }

  /** What the health check says; empty before its first answer or without one. */
  static Optional<Boolean> healthy(Container container) {
    return switch (container.health()) {
      case NONE, STARTING -> Optional.empty();
      case HEALTHY -> Optional.of(true);
      case UNHEALTHY -> Optional.of(false);
    };
  }

  private static String progress(PullState state) {
    return switch (state) {
      case PullState.Waiting _ -> "waiting to pull";
      case PullState.Coming(var percent) -> "pulling " + percent + " %";
    };
  }

  private static String trouble(Failure failure) {
    return failure.reason() + "; next try at " + failure.retryAt();
  }

  private static RuntimeState running(Container container, String description) {
    if (container.health() != HealthState.UNHEALTHY) {
      return new RuntimeState("running", description);
    }
    return new RuntimeState(
        "unhealthy", description.isEmpty() ? "its health check fails; see its log" : description);
  }

  private static RuntimeState still(ModuleSpec spec, Container container, List<ModuleId> missing) {
    return switch (container.phase()) {
      case CREATED, RUNNING ->
          spec.status() == ModuleStatus.STOPPED
              ? new RuntimeState("stopped", "")
              : new RuntimeState(UNKNOWN, toStart(missing));
      case ENDED -> ended(spec, container.exitCode());
    };
  }

  private static String toStart(List<ModuleId> missing) {
    return missing.isEmpty() ? "about to start" : "waits for " + ids(missing);
  }

  private static String ids(List<ModuleId> modules) {
    return modules.stream().map(ModuleId::value).collect(Collectors.joining(", "));
  }

  private static RuntimeState ended(ModuleSpec spec, long exitCode) {
    if (spec.status() == ModuleStatus.STOPPED) {
      return new RuntimeState("stopped", "");
    }
    var said = "ended with exit code " + exitCode;
    if (spec.restartPolicy() == RestartPolicy.NEVER
        || (spec.restartPolicy() == RestartPolicy.ON_FAILURE && exitCode == 0)) {
      return new RuntimeState(exitCode == 0 ? "stopped" : "failed", said);
    }
    return new RuntimeState("backoff", said + "; it will be restarted");
  }

  /** What is told of a module that cannot be made, because nobody may fetch its image. */
  static Optional<String> withoutImage(ModuleSpec spec, String hash, Actual actual) {
    boolean isMade = actual.of(spec.id()).stream().anyMatch(c -> c.spec().equals(hash));
    return isMade
            || spec.imagePullPolicy() != ImagePullPolicy.NEVER
            || actual.images().containsKey(spec.image())
        ? Optional.empty()
        : Optional.of(
            "the engine has no image "
                + spec.image()
                + " and imagePullPolicy is never: load the image, or set on-create");
  }
}
