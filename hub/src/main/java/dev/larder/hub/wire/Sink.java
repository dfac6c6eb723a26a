package dev.larder.hub.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Collects a packet's body, whose length is to stand before it. */
final class Sink {
  private byte[] bytes = new byte[64];
  private int size;

  int size() {
    return size;
  }

  Sink octet(int value) {
    grow(1);
    bytes[size++] = (byte) value;
    return this;
  }

  Sink twoBytes(int value) {
    return octet(value >> 8).octet(value);
  }

  Sink fourBytes(long value) {
    return twoBytes((int) (value >> 16)).twoBytes((int) value);
  }

  Sink variable(int value) {
    int rest = value;
    while (rest > 0x7F) {
      octet((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    return octet(rest);
  }

  Sink text(String value, String field) {
    return binary(value.getBytes(StandardCharsets.UTF_8), field);
  }

  Sink binary(byte[] value, String field) {
    if (value.length > 0xFFFF) {
      throw new IllegalArgumentException(
          field + " has " + value.length + " bytes, give at most 65535");
    }
    return twoBytes(value.length).raw(value);
  }

  Sink raw(byte[] value) {
    grow(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
    return this;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  /** Writes what was collected as the body of a packet. */
  void packet(ByteBuf out, int firstByte) {
    out.ensureWritable(1 + VariableInt.size(size) + size);
    out.writeByte(firstByte);
    VariableInt.write(out, size);
    out.writeBytes(bytes, 0, size);
  }

  private void grow(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(size, more)));
    }
  }
}
