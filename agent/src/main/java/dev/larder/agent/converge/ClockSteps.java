package dev.larder.agent.converge;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** Notices that the machine's clock was set, by a clock that cannot be. */
final class ClockSteps {
  /** What a look at both clocks may be apart, and what NTP may slew between two looks. */
  private static final Duration TOLERANCE = Duration.ofSeconds(5);

  private final InstantSource wall;
  private final LongSupplier steadyNanos;
  private Instant lastWall;
  private long lastNanos;

  /**
   * Begins now.
   *
   * @param steadyNanos as {@link System#nanoTime}
   */
  ClockSteps(InstantSource wall, LongSupplier steadyNanos) {
    this.wall = wall;
    this.steadyNanos = steadyNanos;
    this.lastWall = wall.instant();
    this.lastNanos = steadyNanos.getAsLong();
  }

  /** By how much the clock was set since the last call; negative when back, zero when not. */
  Duration last() {
    var now = wall.instant();
    long nanos = steadyNanos.getAsLong();
    var step = Duration.between(lastWall, now).minusNanos(nanos - lastNanos);
    lastWall = now;
    lastNanos = nanos;
    return step.abs().compareTo(TOLERANCE) > 0 ? step : Duration.ZERO;
  }
}
