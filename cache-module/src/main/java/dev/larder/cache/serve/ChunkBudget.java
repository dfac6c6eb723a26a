package dev.larder.cache.serve;

import java.util.concurrent.atomic.AtomicInteger;

/** Shares a bounded memory among the answers that are streamed, so that many get small pieces. */
final class ChunkBudget {
  private static final int BUDGET_BYTES = 48 << 20;
  private static final int LARGEST = 256 << 10;
  private static final int SMALLEST = 8 << 10;

  /** A piece that is being written and one that is being read. */
  private static final int PIECES_EACH = 2;

  private final AtomicInteger streams = new AtomicInteger();

  void enter() {
    streams.incrementAndGet();
  }

  void leave() {
    streams.decrementAndGet();
  }

  int chunkBytes() {
    int share = BUDGET_BYTES / PIECES_EACH / Math.max(1, streams.get());
    return Math.clamp(share, SMALLEST, LARGEST);
  }
}
