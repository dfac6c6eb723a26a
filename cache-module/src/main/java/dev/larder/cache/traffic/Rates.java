package dev.larder.cache.traffic;

import dev.larder.common.traffic.TrafficMessage.Counts;
import java.util.ArrayDeque;

/** How fast bytes and requests go, over the last minute. Sampled by one thread, asked by any. */
public final class Rates {
  private static final long SPAN_NANOS = 60_000_000_000L;
  private static final double NANOS = 1e9;

  private final ArrayDeque<Sample> samples = new ArrayDeque<>();

  private record Sample(long nanos, Counts totals) {}

  /**
   * What went each second.
   *
   * @param overSeconds the time that it is the mean of; 0 before there were two samples
   * @param inBytes fetched from origins
   * @param outBytes sent to clients
   */
  public record PerSecond(double overSeconds, double requests, double inBytes, double outBytes) {
    static final PerSecond NONE = new PerSecond(0, 0, 0, 0);
  }

  /**
   * Notes the totals at a time.
   *
   * @param nanos on a clock that only goes forward
   */
  public synchronized void sample(long nanos, Counts totals) {
    samples.addLast(new Sample(nanos, totals));
    while (samples.size() > 2 && nanos - samples.peekFirst().nanos > SPAN_NANOS) {
      samples.removeFirst();
    }
  }

  public synchronized PerSecond now() {
    if (samples.size() < 2) {
      return PerSecond.NONE;
    }
    var first = samples.peekFirst();
    var last = samples.peekLast();
    double seconds = (last.nanos - first.nanos) / NANOS;
    if (seconds <= 0) {
      return PerSecond.NONE;
    }
    return new PerSecond(
        seconds,
        (last.totals.requests() - first.totals.requests()) / seconds,
        (last.totals.originBytes() - first.totals.originBytes()) / seconds,
        (sent(last.totals) - sent(first.totals)) / seconds);
  }

  private static long sent(Counts totals) {
    return totals.hitBytes() + totals.missBytes();
  }
}
