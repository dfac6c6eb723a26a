package dev.larder.agent.engine;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a container's log without the headers that the engine puts before each piece: stream
 * number, three zeros, length in four bytes, most significant first (Engine API, "Attach to a
 * container", stream format).
 */
final class LogFrames {
  private static final int HEADER = 8;
  private static final int LENGTH_AT = 4;

  private static final int STDERR = 2;
  private static final byte[] OUT = "stdout ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ERR = "stderr ".getBytes(StandardCharsets.US_ASCII);

  private LogFrames() {}

  /** Both streams in the order in which they came; a piece cut short is kept as far as it goes. */
  static byte[] strip(byte[] raw) {
    var plain = new ByteArrayOutputStream(raw.length);
    int at = 0;
    while (raw.length - at >= HEADER) {
      int length = ByteBuffer.wrap(raw).getInt(at + LENGTH_AT);
      int begin = at + HEADER;
      int end = length < 0 || length > raw.length - begin ? raw.length : begin + length;
      plain.write(raw, begin, end - begin);
      at = end;
    }
    return plain.toByteArray();
  }

  /**
   * Both streams in the order in which they came, before each line its stream and a space. A line
   * that the engine broke in pieces is whole again, with the time of its first.
   *
   * @param raw with times: every piece begins with one and a space
   */
  static byte[] label(byte[] raw) {
    var lines = new ByteArrayOutputStream(raw.length);
    var ended = new boolean[] {true, true};
    int at = 0;
    while (raw.length - at >= HEADER) {
      int length = ByteBuffer.wrap(raw).getInt(at + LENGTH_AT);
      int begin = at + HEADER;
      int end = length < 0 || length > raw.length - begin ? raw.length : begin + length;
      int stream = raw[at] == STDERR ? 1 : 0;
      if (begin < end) {
        if (ended[stream]) {
          lines.writeBytes(stream == 1 ? ERR : OUT);
        } else {
          begin = afterTime(raw, begin, end);
        }
        lines.write(raw, begin, end - begin);
        ended[stream] = raw[end - 1] == '\n';
      }
      at = end;
    }
    return lines.toByteArray();
  }

  private static int afterTime(byte[] raw, int begin, int end) {
    int at = begin;
    while (at < end && raw[at] != ' ') {
      at++;
    }
    return Math.min(at + 1, end);
  }
}
