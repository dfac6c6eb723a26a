package dev.larder.agent.plan;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is safe to do now, and when to plan again if nothing happens before. Nothing to do and
 * nothing to wait for means converged.
 *
 * @param steps at most one a module, and a pull beside it
 * @param held whether a module waits for another before its next step
 */
public record Plan(List<Step> steps, Optional<Instant> wake, boolean held) {
  /** Nothing to do, and nothing to wait for. */
  public static final Plan NOTHING = new Plan(List.of(), Optional.empty(), false);

  public Plan {
    steps = List.copyOf(steps);
  }
}
