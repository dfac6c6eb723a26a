package dev.larder.hub.disk;

import dev.larder.hub.log.LogBatch;
import dev.larder.hub.measure.Histogram;

/** How the log has come onto disk since the start; of the event loop alone. */
public final class Commits {
  private final Histogram micros =
      Histogram.of(100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000, 200_000, 1_000_000);
  private final Histogram frames = Histogram.of(1, 4, 16, 64, 256, 1_024, 4_096);
  private long bytes;
  private long sinceNanos;

  void began(long nowNanos) {
    sinceNanos = nowNanos;
  }

  void ended(LogBatch batch, long newFrames, long nowNanos) {
    micros.add((nowNanos - sinceNanos) / 1_000);
    frames.add(newFrames);
    bytes += batch.bytes();
  }

  /** From handing a batch to the writer until the loop knows that it is on disk, µs. */
  public Histogram micros() {
    return micros;
  }

  /** Frames of a batch; a message is one, whatever the number of its queues. */
  public Histogram frames() {
    return frames;
  }

  public long bytes() {
    return bytes;
  }
}
