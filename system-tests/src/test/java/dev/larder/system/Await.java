package dev.larder.system;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition with a limit. */
final class Await {
  private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** A condition that may throw while the system is not there yet. */
  interface Condition {
    boolean holds() throws Exception;
  }

  private Await() {}

  /** Returns how long it took; past the limit it fails and names what the last look came to. */
  static Duration until(String what, Duration limit, Condition condition) {
    var started = Instant.now();
    Throwable last = new AssertionError("the condition was false at every look");
    while (Duration.between(started, Instant.now()).compareTo(limit) < 0) {
      try {
        if (condition.holds()) {
          return Duration.between(started, Instant.now());
        }
      } catch (Exception | AssertionError e) {
        last = e;
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
    throw new AssertionError("Not within " + limit.toSeconds() + " s: " + what, last);
  }
}
