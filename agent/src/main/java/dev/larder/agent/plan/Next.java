package dev.larder.agent.plan;

import java.time.Instant;
import java.util.Optional;

/**
 * What comes next of one module: a step now, or an instant to look again, or neither.
 *
 * @param held whether more is to be done once other modules have come far enough
 */
record Next(Optional<Step> step, Optional<Instant> wake, boolean held) {
  static final Next REST = new Next(Optional.empty(), Optional.empty(), false);

  static Next of(Step step) {
    return new Next(Optional.of(step), Optional.empty(), false);
  }

  static Next at(Instant instant) {
    return new Next(Optional.empty(), Optional.of(instant), false);
  }

  /** The same, and a look at that instant. */
  Next orAt(Optional<Instant> instant) {
    return new Next(step, Planner.earlier(wake, instant), held);
  }

  /** The same, of a module that waits for others. */
  Next whileHeld() {
    return new Next(step, wake, true);
  }
}
