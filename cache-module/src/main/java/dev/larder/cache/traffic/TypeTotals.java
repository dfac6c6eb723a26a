package dev.larder.cache.traffic;

import dev.larder.common.traffic.TrafficMessage.Counts;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What was served of one content type since the module started; any thread may add. */
public final class TypeTotals {
  private final LongAdder requests = new LongAdder();
  private final LongAdder hits = new LongAdder();
  private final LongAdder hitBytes = new LongAdder();
  private final LongAdder missBytes = new LongAdder();
  private final LongAdder originBytes = new LongAdder();
  private final Map<Result, LongAdder> results = new EnumMap<>(Result.class);
  private final FirstBytes firstBytes;

  TypeTotals(FirstBytes firstBytes) {
    this.firstBytes = firstBytes;
    for (var result : Result.values()) {
      results.put(result, new LongAdder());
    }
  }

  public void request() {
    requests.increment();
  }

  public void hit() {
    hits.increment();
  }

  public void hitBytes(long bytes) {
    hitBytes.add(bytes);
  }

  public void missBytes(long bytes) {
    missBytes.add(bytes);
  }

  public void originBytes(long bytes) {
    originBytes.add(bytes);
  }

  /** The head of an answer went out, so long after its request came. */
  public void answered(Result result, long waitedNanos) {
    adder(result).increment();
    firstBytes.add(waitedNanos);
  }

  /** How many requests were answered so. */
  public long answers(Result result) {
    return adder(result).sum();
  }

  private LongAdder adder(Result result) {
    return Objects.requireNonNull(results.get(result));
  }

  /** The totals now: each only ever grows. */
  public Counts counts() {
    return new Counts(
        requests.sum(), hits.sum(), hitBytes.sum(), missBytes.sum(), originBytes.sum());
  }
}
