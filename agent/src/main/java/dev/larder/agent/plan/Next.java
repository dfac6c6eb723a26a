package dev.larder.agent.plan;

import java.time.Instant;
import java.util.Optional;

/** What comes next of one module: a step now, or an instant to look again, or neither. */
record Next(Optional<Step> step, Optional<Instant> wake) {
  static final Next REST = new Next(Optional.empty(), Optional.empty());

  static Next at(Instant instant) {
    return new Next(Optional.empty(), Optional.of(instant));
  }

  /** The same, and a look at that instant. */
  Next orAt(Optional<Instant> instant) {
    return new Next(step, Planner.earlier(wake, instant));
  }
}
