package dev.larder.agent.report;

import dev.larder.agent.plan.Actual;
import dev.larder.agent.plan.Container;
import dev.larder.agent.plan.Failure;
import dev.larder.agent.plan.HealthState;
import dev.larder.agent.plan.ModuleHistory;
import dev.larder.agent.plan.Phase;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.ImagePullPolicy;
import dev.larder.common.manifest.ModuleSpec;
import dev.larder.common.manifest.ModuleStatus;
import dev.larder.common.manifest.RestartPolicy;
import java.util.Map;
import java.util.Optional;

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
      Map<ModuleId, Integer> percent) {
    var trouble = history.worst().map(RuntimeState::trouble).orElse("");
    var pull = percent.get(spec.id());
    var progress = pull == null ? "" : "pulling " + spec.image() + ", " + pull + " %";
    var container = actual.current(spec.id());
    if (container.isPresent() && container.get().phase() == Phase.RUNNING) {
      return running(container.get(), trouble.isEmpty() ? progress : trouble);
    }
    if (!progress.isEmpty()) {
      return new RuntimeState("pulling", progress);
    }
    if (!trouble.isEmpty()) {
      return new RuntimeState("backoff", trouble);
    }
    return container.map(c -> still(spec, c)).orElseGet(() -> absent(spec, hash, actual));
  }

  /** What the health check says; empty before its first answer or without one. */
  static Optional<Boolean> healthy(Container container) {
    return switch (container.health()) {
      case NONE, STARTING -> Optional.empty();
      case HEALTHY -> Optional.of(true);
      case UNHEALTHY -> Optional.of(false);
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

  private static RuntimeState still(ModuleSpec spec, Container container) {
    return switch (container.phase()) {
      case CREATED, RUNNING ->
          spec.status() == ModuleStatus.STOPPED
              ? new RuntimeState("stopped", "")
              : new RuntimeState(UNKNOWN, "about to start");
      case ENDED -> ended(spec, container.exitCode());
    };
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

  private static RuntimeState absent(ModuleSpec spec, String hash, Actual actual) {
    var made = actual.of(spec.id()).stream().anyMatch(c -> c.spec().equals(hash));
    if (!made
        && spec.imagePullPolicy() == ImagePullPolicy.NEVER
        && !actual.images().containsKey(spec.image())) {
      return new RuntimeState(
          "failed",
          "the engine has no image "
              + spec.image()
              + " and imagePullPolicy is never: load the image, or set on-create");
    }
    return new RuntimeState(UNKNOWN, "about to be made");
  }
}
