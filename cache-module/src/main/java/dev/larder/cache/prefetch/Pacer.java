package dev.larder.cache.prefetch;

import java.util.OptionalLong;

/**
 * Holds a job to its rate: what was fetched is a debt that time pays off. Of one thread.
 *
 * <p>Bytes are fetched by slices, so the rate holds on the mean, not within a second.
 */
public final class Pacer {
  private static final double NANOS = 1e9;

  private final OptionalLong bytesPerSecond;
  private double debt;
  private long at;

  /**
   * @param bytesPerSecond empty for as fast as can be
   * @param nanos now, on a clock that only goes forward
   */
  public Pacer(OptionalLong bytesPerSecond, long nanos) {
    this.bytesPerSecond = bytesPerSecond;
    this.at = nanos;
  }

  /** These bytes are being fetched. */
  public void spent(long bytes, long nanos) {
    payOff(nanos);
    debt += bytes;
  }

  /** How long to wait before the next bytes, nanoseconds. */
  public long waitNanos(long nanos) {
    payOff(nanos);
    return bytesPerSecond.isEmpty() || debt <= 0
        ? 0
        : (long) Math.ceil(debt / bytesPerSecond.getAsLong() * NANOS);
  }

  private void payOff(long nanos) {
    if (bytesPerSecond.isPresent()) {
      debt = Math.max(0, debt - (nanos - at) / NANOS * bytesPerSecond.getAsLong());
    }
    at = nanos;
  }
}
