package dev.larder.hub.upstream;

/**
 * Bytes that may go upstream, as a bucket that fills evenly over the hour and holds a minute's
 * worth, so that an hour's budget is not spent at once.
 */
final class ByteBudget {
  private static final long HOUR_MILLIS = 3_600_000;
  private static final long BURST_MILLIS = 60_000;

  private long bytesPerHour;
  private double bytes;
  private long filledMillis;

  /** Sets it; 0 for any number. */
  void set(long perHour, long nowMillis) {
    if (perHour != bytesPerHour) {
      bytesPerHour = perHour;
      filledMillis = nowMillis;
      bytes = most();
    }
  }

  private double most() {
    return (double) bytesPerHour * BURST_MILLIS / HOUR_MILLIS;
  }

  /** Whether a message may go now; the last one may overdraw, and the next waits the longer. */
  boolean isOpen(long nowMillis) {
    if (bytesPerHour == 0) {
      return true;
    }
    long passed = Math.max(0, nowMillis - filledMillis);
    filledMillis = nowMillis;
    bytes = Math.min(most(), bytes + (double) bytesPerHour * passed / HOUR_MILLIS);
    return bytes > 0;
  }

  void spend(long spent) {
    if (bytesPerHour > 0) {
      bytes -= spent;
    }
  }
}
