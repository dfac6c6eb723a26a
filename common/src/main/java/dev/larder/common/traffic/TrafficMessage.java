package dev.larder.common.traffic;

import java.time.Instant;
import java.util.Map;

/**
 * What the cache module served since its last such message: the body of its telemetry on output
 * {@link #OUTPUT}.
 *
 * @param from the span's beginning; its minute is the row that the cloud counts it in
 * @param to the span's end
 * @param byContentType the counts, by content type ({@code Windows updates}, …)
 */
public record TrafficMessage(Instant from, Instant to, Map<String, Counts> byContentType) {
  /** The output that carries it. */
  public static final String OUTPUT = "traffic";

  public TrafficMessage {
    byContentType = Map.copyOf(byContentType);
  }

  /**
   * Differences, not totals.
   *
   * @param requests that clients made
   * @param hits requests answered without asking the origin
   * @param hitBytes body bytes sent to clients from the cache
   * @param missBytes body bytes sent to clients that had to be fetched for them
   * @param originBytes body bytes fetched from origins
   */
  public record Counts(long requests, long hits, long hitBytes, long missBytes, long originBytes) {
    public static final Counts NONE = new Counts(0, 0, 0, 0, 0);

    public Counts plus(Counts other) {
      return new Counts(
          requests + other.requests,
          hits + other.hits,
          hitBytes + other.hitBytes,
          missBytes + other.missBytes,
          originBytes + other.originBytes);
    }
  }
}
