package dev.larder.cache.traffic;

import java.util.concurrent.atomic.LongAdder;

/** How long clients waited for the head of their answer: a histogram that any thread may add to. */
public final class FirstBytes {
  private static final double[] BOUNDS = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20
  };
  private static final double NANOS = 1e9;

  private final LongAdder[] counts = new LongAdder[BOUNDS.length + 1];
  private final LongAdder nanos = new LongAdder();

  FirstBytes() {
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  void add(long waitedNanos) {
    double seconds = waitedNanos / NANOS;
    int bucket = 0;
    while (bucket < BOUNDS.length && seconds > BOUNDS[bucket]) {
      bucket++;
    }
    counts[bucket].increment();
    nanos.add(waitedNanos);
  }

  /** The upper bounds of the buckets in seconds; the last is infinite. */
  public static double[] bounds() {
    var bounds = new double[BOUNDS.length + 1];
    System.arraycopy(BOUNDS, 0, bounds, 0, BOUNDS.length);
    bounds[BOUNDS.length] = Double.POSITIVE_INFINITY;
    return bounds;
  }

  /** How many fell into each bucket, not cumulative. */
  public long[] counts() {
    var all = new long[counts.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = counts[i].sum();
    }
    return all;
  }

  /** The sum of all waits, seconds. */
  public double seconds() {
    return nanos.sum() / NANOS;
  }
}
