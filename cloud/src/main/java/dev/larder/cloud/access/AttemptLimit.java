package dev.larder.cloud.access;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;

/**
 * Bounds wrong attempts: at most so many a minute by one key. It remembers a bounded number of
 * keys, the ones that failed last.
 */
public final class AttemptLimit {
  private static final Duration SPAN = Duration.ofMinutes(1);
  private static final int KEYS = 10_000;

  private final int most;
  private final LinkedHashMap<String, Failures> failures = new LinkedHashMap<>();

  private record Failures(Instant since, int count) {}

  /**
   * A limit.
   *
   * @param most wrong attempts that one key may make in a minute
   */
  public AttemptLimit(int most) {
    this.most = most;
  }

  /** Whether the key may try now. */
  public synchronized boolean allows(String key, Instant now) {
    return current(key, now).count() < most;
  }

  /** Notes a wrong attempt. */
  public synchronized void failed(String key, Instant now) {
    var current = current(key, now);
    failures.remove(key);
    failures.put(key, new Failures(current.since(), current.count() + 1));
    if (failures.size() > KEYS) {
      failures.pollFirstEntry();
    }
  }

  private Failures current(String key, Instant now) {
    var known = failures.get(key);
    return known == null || !known.since().plus(SPAN).isAfter(now) ? new Failures(now, 0) : known;
  }
}
