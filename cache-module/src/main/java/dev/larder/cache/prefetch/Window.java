package dev.larder.cache.prefetch;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;

/**
 * The hours of each day in which a job may fetch, UTC.
 *
 * @param start from this time on
 * @param end until just before this time; earlier than the start means on the next day
 */
public record Window(LocalTime start, LocalTime end) {
  private static final Duration DAY = Duration.ofDays(1);

  public Window {
    if (start.equals(end)) {
      throw new IllegalArgumentException("A window has a length");
    }
  }

  public boolean isOpen(Instant now) {
    var time = now.atOffset(ZoneOffset.UTC).toLocalTime();
    boolean afterStart = !time.isBefore(start);
    boolean beforeEnd = time.isBefore(end);
    return start.isBefore(end) ? afterStart && beforeEnd : afterStart || beforeEnd;
  }

  /** How long until it opens; zero when it is open. */
  public Duration untilOpen(Instant now) {
    if (isOpen(now)) {
      return Duration.ZERO;
    }
    var wait = Duration.between(now.atOffset(ZoneOffset.UTC).toLocalTime(), start);
    return wait.isNegative() ? wait.plus(DAY) : wait;
  }
}
