package dev.larder.agent.engine;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * The end of a container's log, whole lines within a bound: the engine sends the oldest first, and
 * what matters most comes last. The stream is read to its end.
 */
final class LogTail {
  private static final int HEADER = 8;
  private static final int LENGTH_AT = 4;
  private static final int STREAMS = 3;
  private static final int BLOCK = 8 << 10;

  private final int limitBytes;
  private final Deque<byte[]> pieces = new ArrayDeque<>();
  private long sizeBytes;
  private boolean isCut;

  private LogTail(int limitBytes) {
    this.limitBytes = limitBytes;
  }

  /** Of a container without a terminal: pieces with their headers, as {@link LogFrames} has it. */
  static LogEnd framed(InputStream in, int limitBytes) throws IOException {
    var tail = new LogTail(limitBytes);
    // Whether the last piece of a stream that is left out ended in the middle of a line.
    var isInLine = new boolean[STREAMS];
    for (var frame = frame(in, limitBytes); frame.length > 0; frame = frame(in, limitBytes)) {
      tail.add(frame);
      while (tail.isTooMuch()) {
        noteEnd(tail.removeFirst(), isInLine);
      }
    }
    var kept = new ByteArrayOutputStream();
    for (var frame : tail.pieces) {
      if (isInLine[stream(frame)]) {
        noteEnd(frame, isInLine);
      } else {
        kept.writeBytes(frame);
      }
    }
    return new LogEnd(kept.toByteArray(), tail.isCut);
  }

  /** Of a container with a terminal: bytes as they are. */
  static LogEnd plain(InputStream in, int limitBytes) throws IOException {
    var tail = new LogTail(limitBytes);
    for (var block = in.readNBytes(BLOCK); block.length > 0; block = in.readNBytes(BLOCK)) {
      tail.add(block);
      while (tail.isTooMuch()) {
        tail.removeFirst();
      }
    }
    var kept = new ByteArrayOutputStream();
    tail.pieces.forEach(kept::writeBytes);
    var bytes = kept.toByteArray();
    int from = 0;
    while (tail.isCut && from < bytes.length && (from == 0 || bytes[from - 1] != '\n')) {
      from++;
    }
    return new LogEnd(Arrays.copyOfRange(bytes, from, bytes.length), tail.isCut);
  }

  private void add(byte[] piece) {
    pieces.addLast(piece);
    sizeBytes += piece.length;
  }

  private boolean isTooMuch() {
    return sizeBytes > limitBytes;
  }

  private byte[] removeFirst() {
    var piece = pieces.removeFirst();
    sizeBytes -= piece.length;
    isCut = true;
    return piece;
  }

  /** With its header; of one longer than the bound, its beginning; empty at the end. */
  private static byte[] frame(InputStream in, int limitBytes) throws IOException {
    var header = in.readNBytes(HEADER);
    int length = header.length < HEADER ? -1 : ByteBuffer.wrap(header).getInt(LENGTH_AT);
    if (length < 0) {
      return new byte[0];
    }
    var body = in.readNBytes(Math.min(length, limitBytes));
    try {
      in.skipNBytes(length - Math.min(length, limitBytes));
    } catch (EOFException _) {
      // The next header is not there either.
    }
    var frame = Arrays.copyOf(header, HEADER + body.length);
    System.arraycopy(body, 0, frame, HEADER, body.length);
    ByteBuffer.wrap(frame).putInt(LENGTH_AT, body.length);
    return frame;
  }

  private static int stream(byte[] frame) {
    return Math.floorMod(frame[0], STREAMS);
  }

  private static void noteEnd(byte[] frame, boolean[] isInLine) {
    if (frame.length > HEADER) {
      isInLine[stream(frame)] = frame[frame.length - 1] != '\n';
    }
  }
}
