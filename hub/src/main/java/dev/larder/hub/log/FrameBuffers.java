package dev.larder.hub.log;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Buffers that frames are encoded into, that wait to be written, and that are then used again. */
final class FrameBuffers {
  private static final int BUFFER_MAXIMUM_BYTES = 256 << 10;
  private static final int POOLED_MAXIMUM = 8;

  private final int bufferBytes;
  private final CRC32C crc = new CRC32C();
  private final Deque<ByteBuffer> pool = new ArrayDeque<>();
  private List<LogBatch.Write> writes = new ArrayList<>();
  private @Nullable ByteBuffer buffer;

  /** The segment that the buffer is for, and where in it. */
  private long ordinal;

  private int offset;
  private int frameStart;

  /** Buffers of the bytes of a segment at most; only for a longer frame is one made longer. */
  FrameBuffers(int segmentBytes) {
    this.bufferBytes = Math.min(segmentBytes, BUFFER_MAXIMUM_BYTES);
  }

  /**
   * Begins a frame at the end of a segment; the caller puts exactly the body's bytes and calls
   * {@link #finish}. What was begun for another segment must have been closed.
   */
  ByteBuffer open(LogSegment segment, byte kind, int bodyBytes) {
    int frameBytes = LogFrame.HEAD_BYTES + bodyBytes;
    if (buffer != null && buffer.remaining() < frameBytes) {
      close();
    }
    if (buffer == null) {
      buffer = pooled(frameBytes);
      ordinal = segment.ordinal;
      offset = segment.used;
    }
    frameStart = buffer.position();
    return buffer.putInt(0).putInt(1 + bodyBytes).put(kind);
  }

  private ByteBuffer pooled(int atLeast) {
    var used = atLeast > bufferBytes ? null : pool.poll();
    return used == null ? ByteBuffer.allocateDirect(Math.max(atLeast, bufferBytes)) : used;
  }

  /** Ends the frame; its bytes. */
  int finish() {
    var out = Objects.requireNonNull(buffer);
    int end = out.position();
    out.putInt(frameStart, LogFrame.checksum(crc, out, frameStart, end, ordinal));
    return end - frameStart;
  }

  /** Adds no frame any more to what was begun: the next one begins a buffer. */
  void close() {
    if (buffer != null) {
      writes.add(new LogBatch.Write(ordinal, offset, buffer.flip()));
      buffer = null;
    }
  }

  /** All that waits to be written; it waits no more. */
  List<LogBatch.Write> take() {
    close();
    if (writes.isEmpty()) {
      return List.of();
    }
    var taken = writes;
    writes = new ArrayList<>();
    return taken;
  }

  /** What was written: its buffers are used again. */
  void giveBack(List<LogBatch.Write> written) {
    for (var write : written) {
      if (write.bytes().capacity() == bufferBytes && pool.size() < POOLED_MAXIMUM) {
        pool.add(write.bytes().clear());
      }
    }
  }
}
