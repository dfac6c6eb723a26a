package dev.larder.hub.wire;

import static dev.larder.hub.wire.MalformedPacketException.malformed;

import dev.larder.hub.message.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the bytes of a packet's body, which are all there; a field that ends beyond them is not.
 */
final class Cursor {
  private final byte[] bytes;
  private final int end;
  private int at;

  Cursor(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private Cursor(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  int remaining() {
    return end - at;
  }

  int octet(String field) throws MalformedPacketException {
    return bytes[take(1, field)] & 0xFF;
  }

  int twoBytes(String field) throws MalformedPacketException {
    int from = take(2, field);
    return ((bytes[from] & 0xFF) << 8) | (bytes[from + 1] & 0xFF);
  }

  long fourBytes(String field) throws MalformedPacketException {
    return ((long) twoBytes(field) << 16) | twoBytes(field);
  }

  int variable(String field) throws MalformedPacketException {
    int value = 0;
    for (int bits = 0; bits < 28; bits += 7) {
      int octet = octet(field);
      value |= (octet & 0x7F) << bits;
      if (octet == 0 && bits > 0) {
        throw VariableInt.notShortest();
      }
      if (octet < 0x80) {
        return value;
      }
    }
    throw VariableInt.tooLong();
  }

  /** A string with its length (MQTT 5, 1.5.4). */
  String text(String field) throws MalformedPacketException {
    int length = twoBytes(field);
    int from = take(length, field);
    if (!Utf8.isText(bytes, from, from + length)) {
      throw malformed(field + " is not UTF-8 or holds U+0000 [MQTT-1.5.4-1, -2]");
    }
    return new String(bytes, from, length, StandardCharsets.UTF_8);
  }

  /** Binary data with its length (MQTT 5, 1.5.6). */
  Payload binary(String field) throws MalformedPacketException {
    int length = twoBytes(field);
    int from = take(length, field);
    return Payload.of(Arrays.copyOfRange(bytes, from, from + length));
  }

  /** The next bytes as a field of their own. */
  Cursor part(int length, String field) throws MalformedPacketException {
    int from = take(length, field);
    return new Cursor(bytes, from, from + length);
  }

  /** That nothing is left. */
  void end() throws MalformedPacketException {
    if (at < end) {
      throw malformed(remaining() + " bytes are left after the packet's last field");
    }
  }

  private int take(int length, String field) throws MalformedPacketException {
    if (length > end - at) {
      throw malformed(field + " ends beyond the packet");
    }
    int from = at;
    at += length;
    return from;
  }
}
