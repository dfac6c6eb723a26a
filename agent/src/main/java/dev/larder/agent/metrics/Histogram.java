package dev.larder.agent.metrics;

import java.time.Duration;

/** How often something took how long. */
final class Histogram {
  private static final double[] BOUNDS_SECONDS = {
    0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800
  };
  private static final double NANOS = 1e9;

  private final long[] counts = new long[BOUNDS_SECONDS.length + 1];
  private double sumSeconds;

  void add(Duration took) {
    double seconds = took.toNanos() / NANOS;
    int at = 0;
    while (at < BOUNDS_SECONDS.length && seconds > BOUNDS_SECONDS[at]) {
      at++;
    }
    counts[at]++;
    sumSeconds += seconds;
  }

  /** Writes its samples, each bucket with all that are below its bound. */
  void write(Exposition out, String label, String value) {
    long all = 0;
    for (int i = 0; i < counts.length; i++) {
      all += counts[i];
      double bound = i < BOUNDS_SECONDS.length ? BOUNDS_SECONDS[i] : Double.POSITIVE_INFINITY;
      out.sample("_bucket", (double) all, label, value, "le", Exposition.number(bound));
    }
    out.sample("_sum", sumSeconds, label, value);
    out.sample("_count", (double) all, label, value);
  }
}
