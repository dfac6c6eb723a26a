package dev.larder.hub.measure;

import java.util.Arrays;
import java.util.List;

/** How many values fell between bounds that rise. For one thread; adding makes no objects. */
public final class Histogram {
  private final long[] bounds;
  private final long[] counts;
  private long sum;

  private Histogram(long... bounds) {
    this.bounds = bounds;
    this.counts = new long[bounds.length + 1];
  }

  /** One with these bounds, each of which belongs to the values below it. */
  public static Histogram of(long... bounds) {
    for (int i = 1; i < bounds.length; i++) {
      if (bounds[i] <= bounds[i - 1]) {
        throw new IllegalArgumentException("Bounds rise: " + Arrays.toString(bounds));
      }
    }
    return new Histogram(bounds.clone());
  }

  /** One of times in ms, from 1 ms to an hour. */
  public static Histogram ofMillis() {
    return of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000, 30_000, 300_000, 3_600_000);
  }

  public void add(long value) {
    int i = 0;
    while (i < bounds.length && value > bounds[i]) {
      i++;
    }
    counts[i]++;
    sum += value;
  }

  public List<Long> bounds() {
    return Arrays.stream(bounds).boxed().toList();
  }

  /** One a bound, and one for what is above them all. */
  public List<Long> counts() {
    return Arrays.stream(counts).boxed().toList();
  }

  /** Of all values. */
  public long sum() {
    return sum;
  }

  /** How many values there were. */
  public long count() {
    return Arrays.stream(counts).sum();
  }
}
