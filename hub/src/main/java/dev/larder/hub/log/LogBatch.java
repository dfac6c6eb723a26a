package dev.larder.hub.log;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What is to be written and forced together.
 *
 * @param writes in order; those of a segment are forced before the first of the next
 * @param bytes of all writes
 * @param mark that is committed when it is on disk
 * @param sequence of the last message that is on disk then
 */
public record LogBatch(List<Write> writes, int bytes, long mark, long sequence) {
  /** Bytes for a place in a segment. The buffer is used again once the batch is committed. */
  public record Write(long segment, int offset, ByteBuffer bytes) {
    /** The first offset after it. */
    int end() {
      return offset + bytes.limit();
    }
  }

  public LogBatch {
    writes = List.copyOf(writes);
  }
}
