package dev.larder.hub.log;

/**
 * What the log may take.
 *
 * @param maxBytes of all segments on disk, spares included
 * @param cacheBytes of messages in memory
 * @param maxMessages that wait; each takes some 50 bytes of memory, and 12 for each of its queues
 * @param segmentBytes of a new segment; no frame is longer than a quarter of it
 */
public record LogBounds(
    long maxBytes, Overflow overflow, long cacheBytes, int maxMessages, int segmentBytes) {
  private static final int SEGMENTS_MINIMUM = 16;
  private static final int SEGMENT_MINIMUM_BYTES = 64 << 10;

  /** What gives way when the log is full. */
  public enum Overflow {
    /** The oldest messages of the lowest priority, none of a priority above the new one's. */
    DROP_OLDEST,
    /** The new message. */
    REFUSE
  }

  public LogBounds {
    if (segmentBytes < 1 << 10 || segmentBytes > Packed.MAXIMUM_BYTES) {
      throw new IllegalArgumentException(
          "segmentBytes " + segmentBytes + " is not within 1 KiB to 4 MiB");
    }
    if (maxBytes < (long) SEGMENTS_MINIMUM * segmentBytes) {
      throw new IllegalArgumentException(
          "maxBytes " + maxBytes + " is less than 16 segments of " + segmentBytes + " bytes");
    }
  }

  /** Bounds with a sixteenth of the whole for a segment; {@code maxBytes} is 1 MiB at least. */
  public LogBounds(long maxBytes, Overflow overflow, long cacheBytes, int maxMessages) {
    this(
        maxBytes,
        overflow,
        cacheBytes,
        maxMessages,
        Math.clamp(maxBytes / SEGMENTS_MINIMUM, SEGMENT_MINIMUM_BYTES, Packed.MAXIMUM_BYTES));
  }

  /** What may be live after a message was taken. */
  long messageLimit() {
    return maxBytes / 4 * 3;
  }

  /** What may be live after a value was put: a segment more, so that messages leave it room. */
  long stateLimit() {
    return messageLimit() + segmentBytes;
  }
}
