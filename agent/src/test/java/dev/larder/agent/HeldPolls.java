package dev.larder.agent;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/** The polls that a test's cloud has not answered yet. */
final class HeldPolls {
  private static final Duration LONGEST = Duration.ofSeconds(20);
  private static final long LOOK_MILLIS = 1000;

  private int held;
  private int letGo;

  /** Holds a poll until it can be answered, or it is let go, but not for ever. */
  synchronized void hold(BooleanSupplier hasAnswer) {
    var until = Instant.now().plus(LONGEST);
    int before = letGo;
    held++;
    notifyAll();
    try {
      while (!hasAnswer.getAsBoolean() && letGo == before && Instant.now().isBefore(until)) {
        wait(LOOK_MILLIS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      if (letGo == before) {
        held--;
      }
    }
  }

  /** Has those that are held look for an answer. */
  synchronized void wake() {
    notifyAll();
  }

  /** Answers those that are held that there is nothing. */
  synchronized void letGo() {
    letGo++;
    held = 0;
    notifyAll();
  }

  /** Waits until so many are held, and fails when they do not come. */
  synchronized void await(int polls, Duration atMost) throws InterruptedException {
    var until = Instant.now().plus(atMost);
    while (held != polls) {
      if (!Instant.now().isBefore(until)) {
        throw new AssertionError(held + " polls are held");
      }
      wait(LOOK_MILLIS);
    }
  }
}
