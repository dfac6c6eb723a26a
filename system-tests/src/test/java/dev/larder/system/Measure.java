package dev.larder.system;

import java.time.Duration;
import java.util.Locale;

/** Figures that a test saw, printed for the record and judged by nobody. */
final class Measure {
  private Measure() {}

  static void print(String what, Duration took) {
    System.out.println(
        "MEASURE " + what + ": " + String.format(Locale.ROOT, "%.2f s", took.toMillis() / 1000.0));
  }

  static void print(String what, long kibibytes) {
    System.out.println("MEASURE " + what + ": " + kibibytes / 1024 + " MiB");
  }
}
