package dev.larder.agent;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition that nothing announces. */
public final class Await {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(50);

  private Await() {}

  public static void until(Callable<Boolean> condition) throws Exception {
    var until = Instant.now().plus(PATIENCE);
    while (!condition.call()) {
      if (Instant.now().isAfter(until)) {
        throw new AssertionError("Not so within " + PATIENCE);
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }
}
