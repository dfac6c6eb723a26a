package dev.larder.agent.plan;

import java.time.Duration;

/** How long to wait after failures in a row: 10 s, doubling to 5 min, for ever. */
public final class Backoff {
  public static final Duration FIRST = Duration.ofSeconds(10);
  public static final Duration LONGEST = Duration.ofMinutes(5);

  private static final int DOUBLINGS_LIMIT = 5;

  private Backoff() {}

  /** Zero after no failure. */
  public static Duration after(int failures) {
    if (failures <= 0) {
      return Duration.ZERO;
    }
    var delay = FIRST.multipliedBy(1L << Math.min(failures - 1, DOUBLINGS_LIMIT));
    return delay.compareTo(LONGEST) < 0 ? delay : LONGEST;
  }
}
