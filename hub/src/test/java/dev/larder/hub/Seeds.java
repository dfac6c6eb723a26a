package dev.larder.hub;

import java.util.Random;
import java.util.function.Consumer;

/** Runs a history once a seed; what fails names its seed. */
public final class Seeds {
  private Seeds() {}

  /** Histories by the seeds 0 to below {@code count}. */
  public static void run(int count, Consumer<Random> history) {
    for (int seed = 0; seed < count; seed++) {
      try {
        history.accept(new Random(seed));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }
}
