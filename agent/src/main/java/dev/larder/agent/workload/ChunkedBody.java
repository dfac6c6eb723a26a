package dev.larder.agent.workload;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/**
 * Takes a body in chunks (RFC 9112, 7.1), a byte at a time. Extensions and trailers are passed
 * over, within a limit on all that is not data.
 */
final class ChunkedBody {
  private static final int OVERHEAD_LIMIT_BYTES = 8 << 10;
  private static final int SIZE_DIGITS = 7;

  private final ByteArrayOutputStream data;
  private final int limitBytes;
  private Part part = Part.SIZE;
  private int digits;
  private int left;
  private int overhead;

  /** What the next byte belongs to. */
  private enum Part {
    SIZE,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    LINE_START,
    TRAILER,
    TRAILER_LF,
    LAST_LF,
    END
  }

  /**
   * Begins a body.
   *
   * @param data where it is gathered
   * @param limitBytes of the data
   */
  ChunkedBody(ByteArrayOutputStream data, int limitBytes) {
    this.data = data;
    this.limitBytes = limitBytes;
  }

  boolean isWhole() {
    return part == Part.END;
  }

  void take(byte b) throws RefusedException {
    if (part != Part.DATA && ++overhead > OVERHEAD_LIMIT_BYTES) {
      throw bad();
    }
    part =
        switch (part) {
          case SIZE -> size(b);
          case EXTENSION -> text(b, Part.EXTENSION, Part.SIZE_LF);
          case SIZE_LF -> expect(b, '\n', left == 0 ? Part.LINE_START : Part.DATA);
          case DATA -> data(b);
          case DATA_CR -> expect(b, '\r', Part.DATA_LF);
          case DATA_LF -> expect(b, '\n', Part.SIZE);
          case LINE_START -> text(b, Part.TRAILER, Part.LAST_LF);
          case TRAILER -> text(b, Part.TRAILER, Part.TRAILER_LF);
          case TRAILER_LF -> expect(b, '\n', Part.LINE_START);
          case LAST_LF -> expect(b, '\n', Part.END);
          case END -> throw new IllegalStateException("The body is whole");
        };
  }

  private Part size(byte b) throws RefusedException {
    if (HexFormat.isHexDigit(b) && digits < SIZE_DIGITS) {
      left = digits == 0 ? HexFormat.fromHexDigit(b) : left << 4 | HexFormat.fromHexDigit(b);
      digits++;
      return Part.SIZE;
    }
    if (digits == 0 || (b != '\r' && b != ';')) {
      throw bad();
    }
    if (left > limitBytes - data.size()) {
      throw RequestHead.tooLarge(limitBytes);
    }
    digits = 0;
    return b == ';' ? Part.EXTENSION : Part.SIZE_LF;
  }

  private Part data(byte b) {
    data.write(b);
    left--;
    return left == 0 ? Part.DATA_CR : Part.DATA;
  }

  private static Part text(byte b, Part same, Part afterReturn) throws RefusedException {
    if (b == '\n' || b == 0) {
      throw bad();
    }
    return b == '\r' ? afterReturn : same;
  }

  private static Part expect(byte b, char wanted, Part next) throws RefusedException {
    if (b != wanted) {
      throw bad();
    }
    return next;
  }

  private static RefusedException bad() {
    return new RefusedException(Status.BAD_REQUEST, "the body's chunks are malformed");
  }
}
