package dev.larder.agent.plan;

import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.Readiness;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One container of this node, as the engine showed it.
 *
 * @param spec the hash of what it was made from; empty when its label is gone
 * @param connected whether it hangs on the node's network, or was not made for it
 * @param order the module's start order when it was made
 * @param exitCode of its last end
 */
public record Container(
    String id,
    ModuleId module,
    Slot slot,
    String spec,
    Phase phase,
    HealthState health,
    boolean connected,
    long order,
    String imageId,
    long exitCode,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt) {

  /** The same with other times. */
  public Container withTimes(Optional<Instant> started, Optional<Instant> finished) {
    return new Container(
        id, module, slot, spec, phase, health, connected, order, imageId, exitCode, started,
        finished);
  }

  /** Whether it has come as far as that. */
  boolean is(Readiness readiness) {
    return isRunning()
        && switch (readiness) {
          case RUNNING -> true;
          case HEALTHY -> health == HealthState.HEALTHY || health == HealthState.NONE;
        };
  }

  boolean isRunning() {
    return phase == Phase.RUNNING;
  }

  /** How long the last run took, or takes so far. */
  Duration ran(Instant now) {
    var end = isRunning() ? now : finishedAt.orElse(now);
    return startedAt.map(start -> Duration.between(start, end)).orElse(Duration.ZERO);
  }
}
