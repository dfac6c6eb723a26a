package dev.larder.cache.traffic;

import dev.larder.common.traffic.TrafficMessage.Counts;
import java.util.concurrent.atomic.LongAdder;

/** What was served of one content type since the module started; any thread may add. */
public final class TypeTotals {
  private final LongAdder requests = new LongAdder();
  private final LongAdder hits = new LongAdder();
  private final LongAdder hitBytes = new LongAdder();
  private final LongAdder missBytes = new LongAdder();
  private final LongAdder originBytes = new LongAdder();

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

  /** The totals now: each only ever grows. */
  public Counts counts() {
    return new Counts(
        requests.sum(), hits.sum(), hitBytes.sum(), missBytes.sum(), originBytes.sum());
  }
}
