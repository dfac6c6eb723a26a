package dev.larder.agent.cloud;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Waits between attempts to reach the cloud: each twice the last, a fifth of it by chance. For one
 * thread.
 */
public final class Retry {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final double SPREAD = 0.2;

  private final RandomGenerator random = new SplittableRandom();
  private final Duration first;
  private final Duration longest;
  private Duration next;

  /** From 1 s to 30 s. */
  Retry() {
    this(FIRST, LONGEST);
  }

  public Retry(Duration first, Duration longest) {
    this.first = first;
    this.longest = longest;
    this.next = first;
  }

  /** How long to wait after one more failure. */
  public Duration failed() {
    var wait = next;
    var doubled = next.multipliedBy(2);
    next = doubled.compareTo(longest) < 0 ? doubled : longest;
    return Duration.ofMillis((long) (wait.toMillis() * (1 - SPREAD * random.nextDouble())));
  }

  public void succeeded() {
    next = first;
  }
}
