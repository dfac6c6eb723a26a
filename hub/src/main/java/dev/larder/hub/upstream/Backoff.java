package dev.larder.hub.upstream;

import java.time.Duration;

/**
 * How long to wait before the next try: 1 s doubling to 30 s, of which a random part is taken off
 * so that a thousand nodes do not come back at once.
 */
public final class Backoff {
  static final Duration LEAST = Duration.ofSeconds(1);
  static final Duration MOST = Duration.ofSeconds(30);

  private int failures;

  /**
   * Notes a failed try.
   *
   * @param random from 0 to below 1
   */
  public Duration failed(double random) {
    long ceiling = Math.min(MOST.toMillis(), LEAST.toMillis() << Math.min(failures, 10));
    failures++;
    return Duration.ofMillis(Math.max(LEAST.toMillis(), (long) (ceiling * (0.5 + random / 2))));
  }

  /** Notes that a try went well. */
  public void succeeded() {
    failures = 0;
  }
}
