package dev.larder.cache.guard;

import java.time.Duration;

/**
 * Whether something that failed is to be tried again: after a pause that doubles with every failure
 * in a row. Times are of {@link System#nanoTime}. Thread-safe.
 */
public final class Backoff {
  private static final Duration SHORTEST = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private Duration pause = Duration.ZERO;
  private long since;

  public synchronized boolean isOver(long now) {
    return pause.isZero() || now - since >= pause.toNanos();
  }

  /** A failure; one of several at once counts once. */
  public synchronized Duration failed(long now) {
    if (isOver(now)) {
      var doubled = pause.isZero() ? SHORTEST : pause.multipliedBy(2);
      pause = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
      since = now;
    }
    return pause;
  }

  public synchronized void succeeded() {
    pause = Duration.ZERO;
  }
}
