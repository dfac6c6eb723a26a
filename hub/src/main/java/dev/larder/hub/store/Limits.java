package dev.larder.hub.store;

import java.time.Duration;

/**
 * What the store keeps.
 *
 * @param timeToLive of a message that is not consumed; zero for as long as there is room
 * @param maxBytes of all segments on disk
 */
public record Limits(Duration timeToLive, long maxBytes) {
  private static final long LARGEST_SEGMENT_BYTES = 8L << 20;
  private static final long SMALLEST_SEGMENT_BYTES = 64L << 10;

  /** A sixteenth of the whole, so that dropping one segment does not drop much. */
  long segmentBytes() {
    return Math.clamp(maxBytes / 16, SMALLEST_SEGMENT_BYTES, LARGEST_SEGMENT_BYTES);
  }

  /** Messages taken before this moment are too old, ms since 1970. */
  long expireBefore(long nowMillis) {
    return timeToLive.isZero() ? 0 : nowMillis - timeToLive.toMillis();
  }
}
