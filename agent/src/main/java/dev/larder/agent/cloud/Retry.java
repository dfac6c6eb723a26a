package dev.larder.agent.cloud;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Waits between attempts to reach the cloud: 1 s doubling to 30 s, a fifth of it by chance. */
final class Retry {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final double SPREAD = 0.2;

  private final RandomGenerator random;
  private Duration next = FIRST;

  Retry(RandomGenerator random) {
    this.random = random;
  }

  /** How long to wait after one more failure. */
  Duration failed() {
    var wait = next;
    var doubled = next.multipliedBy(2);
    next = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    return Duration.ofMillis((long) (wait.toMillis() * (1 - SPREAD * random.nextDouble())));
  }

  void succeeded() {
    next = FIRST;
  }
}
