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
   * From one look at both clocks to the next.
   *
   * @param from by the clock as it is now
   * @param step by how much the clock was set meanwhile; negative when back, zero when not
   */
  record Span(Instant from, Instant to, Duration step) {}

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

  /** From the last call until now. */
  Span last() {
    var now = wall.instant();
    long nanos = steadyNanos.getAsLong();
    var seen = Duration.between(lastWall, now).minusNanos(nanos - lastNanos);
    var step = seen.abs().compareTo(TOLERANCE) > 0 ? seen : Duration.ZERO;
    var span = new Span(lastWall.plus(step), now, step);
    lastWall = now;
    lastNanos = nanos;
    return span;
  }
}
