package dev.larder.common.manifest;

import dev.larder.common.schedule.WeeklyHours;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When and how an update of a module goes, and whether it is taken back.
 *
 * @param rollback whether the container before comes back when the new one does not prove itself
 * @param within how long the new one's health check may take to say that it is healthy
 * @param window the hours in which an update may begin; at any time when there are none
 */
public record ModuleUpdate(
    UpdateStrategy strategy, boolean rollback, Duration within, Optional<WeeklyHours> window) {
  public static final Duration USUAL = Duration.ofMinutes(5);
  public static final Duration SHORTEST = Duration.ofSeconds(1);
  public static final Duration LONGEST = Duration.ofHours(1);

  /** What holds when the manifest says nothing. */
  public static final ModuleUpdate DEFAULT =
      new ModuleUpdate(UpdateStrategy.DOWNLOAD_THEN_SWAP, true, USUAL, Optional.empty());

  public ModuleUpdate {
    if (within.compareTo(SHORTEST) < 0 || within.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("A trial takes 1 s to 1 h, not " + within);
    }
  }

  /** When an update may begin; empty when it may at this instant. */
  public Optional<Instant> heldUntil(Instant now) {
    return window.filter(hours -> !hours.isOpen(now)).map(hours -> hours.nextOpening(now));
  }
}
