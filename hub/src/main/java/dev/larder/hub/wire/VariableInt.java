package dev.larder.hub.wire;

import static dev.larder.hub.wire.MalformedPacketException.malformed;

import io.netty.buffer.ByteBuf;

/**
 * Variable byte integers (MQTT 5, 1.5.5): seven bits a byte, the lowest first, four bytes at most.
 */
final class VariableInt {
  static final int MAXIMUM = 268_435_455;

  /** What {@link #read} answers when more bytes are needed. */
  static final long INCOMPLETE = -1;

  private VariableInt() {}

  /** A value and the bytes it took, to be had with {@link #value} and {@link #bytes}. */
  static long read(ByteBuf in, int from, int end) throws MalformedPacketException {
    long value = 0;
    for (int bytes = 1; bytes <= 4; bytes++) {
      if (from + bytes > end) {
        return INCOMPLETE;
      }
      int octet = in.getByte(from + bytes - 1);
      value |= (long) (octet & 0x7F) << (7 * (bytes - 1));
      if (octet >= 0) {
        return (value << 3) | bytes;
      }
    }
    throw tooLong();
  }

  static MalformedPacketException tooLong() {
    return malformed("variable byte integer has more than four bytes (MQTT 5, 1.5.5)");
  }

  static MalformedPacketException notShortest() {
    return malformed("variable byte integer has more bytes than it needs [MQTT-1.5.5-1]");
  }

  static int value(long read) {
    return (int) (read >> 3);
  }

  static int bytes(long read) {
    return (int) read & 7;
  }

  /** How many bytes a value takes. */
  static int size(int value) {
    if (value < 0 || value > MAXIMUM) {
      throw new IllegalArgumentException(
          value + " does not fit a variable byte integer, give 0 to " + MAXIMUM);
    }
    return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : 4;
  }

  static void write(ByteBuf out, int value) {
    int rest = value;
    while (rest > 0x7F) {
      out.writeByte((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }
}
