package dev.larder.hub.log;

import dev.larder.hub.message.Kept;
import dev.larder.hub.message.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Frames as bytes; the package's documentation has the form. */
public final class LogFrame {
  static final byte VERSION = 1;
  static final byte BEGIN = 1;
  static final byte END = 2;
  static final byte MESSAGE = 3;
  static final byte QUEUE = 4;
  static final byte DROPPED = 5;
  static final byte CURSOR = 6;
  static final byte PUT = 7;
  static final byte REMOVED = 8;
  static final byte GROUP_END = 9;

  /** In the kind of a frame that counts only if its group's end is there too. */
  private static final int HELD = 0x40;

  /** Checksum, length and kind. */
  static final int HEAD_BYTES = 9;

  static final int END_BYTES = HEAD_BYTES;
  static final int BEGIN_BODY_BYTES = 1 + 8 + 4;
  static final int CURSOR_BODY_BYTES = 4 + 8 + 8 + 8;
  static final int DROPPED_BODY_BYTES = 4 + 8 + 8;

  /** A message's sequence, times, flags and number of queues. */
  static final int MESSAGE_FIXED_BYTES = 8 + 8 + 8 + 1 + 4;

  /** The lengths of a message's sender, topic, properties and payload. */
  static final int MESSAGE_LENGTHS_BYTES = 2 + 2 + 4 + 4;

  /** No message's frame is shorter. */
  static final int LEAST_MESSAGE_BYTES = HEAD_BYTES + MESSAGE_FIXED_BYTES + MESSAGE_LENGTHS_BYTES;

  private static final int CHECKSUM_BYTES = 4;
  private static final int LENGTH_END = 8;
  private static final int RETAIN_SHIFT = 2;
  private static final int QOS = 3;
  private static final int TEXT_MAXIMUM_BYTES = 0xFFFF;

  private LogFrame() {}

  /** The checksum of the frame in [from, to), its own four bytes left out. */
  static int checksum(CRC32C crc, ByteBuffer bytes, int from, int to, long ordinal) {
    int limit = bytes.limit();
    int position = bytes.position();
    bytes.limit(to).position(from + CHECKSUM_BYTES);
    crc.reset();
    crc.update(bytes);
    bytes.limit(limit).position(position);
    // Odd, so that no two of the 2^32 last ordinals come to the same.
    return (int) crc.getValue() ^ ((int) ordinal * 0x9E3779B1);
  }

  /** The bytes of the frame at an offset; 0 when no sound one lies there. */
  static int soundBytes(CRC32C crc, ByteBuffer bytes, int at, int until, long ordinal) {
    if (until - at < HEAD_BYTES) {
      return 0;
    }
    int length = bytes.getInt(at + CHECKSUM_BYTES);
    if (length < 1 || length > until - at - LENGTH_END) {
      return 0;
    }
    int end = at + LENGTH_END + length;
    return bytes.getInt(at) == checksum(crc, bytes, at, end, ordinal) ? end - at : 0;
  }

  static byte kind(ByteBuffer bytes, int at) {
    return (byte) (bytes.get(at + LENGTH_END) & ~HELD);
  }

  /** The bytes of a frame that is known to be sound. */
  static int bytes(ByteBuffer bytes, int at) {
    return LENGTH_END + bytes.getInt(at + CHECKSUM_BYTES);
  }

  static byte held(byte kind) {
    return (byte) (kind | HELD);
  }

  static boolean isHeld(ByteBuffer bytes, int at) {
    return (bytes.get(at + LENGTH_END) & HELD) != 0;
  }

  static byte[] text(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > TEXT_MAXIMUM_BYTES) {
      throw new IllegalArgumentException(
          "A text of " + bytes.length + " bytes; at most " + TEXT_MAXIMUM_BYTES + " fit a frame");
    }
    return bytes;
  }

  static void putText(ByteBuffer out, byte[] text) {
    out.putShort((short) text.length).put(text);
  }

  static String getText(ByteBuffer in) {
    var bytes = new byte[in.getShort() & TEXT_MAXIMUM_BYTES];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static byte flags(Kept message) {
    return (byte) (message.qos() | (retainBits(message.retain()) << RETAIN_SHIFT));
  }

  private static int retainBits(Kept.Retain retain) {
    return switch (retain) {
      case NO -> 0;
      case PUBLISHED -> 1;
      case STORED -> 2;
    };
  }

  private static Kept.Retain retain(int bits) {
    return switch (bits) {
      case 1 -> Kept.Retain.PUBLISHED;
      case 2 -> Kept.Retain.STORED;
      default -> Kept.Retain.NO;
    };
  }

  /**
   * Reads the message of a frame.
   *
   * @param bytes of a part of the segment
   * @param at where in them the frame begins
   * @return empty when there is no sound frame of that length
   */
  public static Optional<Kept> message(ByteBuffer bytes, int at, Place place) {
    int end = at + place.length();
    if (end > bytes.limit()
        || soundBytes(new CRC32C(), bytes, at, end, place.segment()) != place.length()
        || kind(bytes, at) != MESSAGE) {
      return Optional.empty();
    }
    return Optional.of(message(bytes.duplicate().limit(end).position(at + HEAD_BYTES + 8)));
  }

  private static Kept message(ByteBuffer in) {
    long atMillis = in.getLong();
    long expiryMillis = in.getLong();
    int flags = in.get();
    int queues = in.getInt();
    in.position(in.position() + queues * Integer.BYTES);
    var sender = getText(in);
    var topic = getText(in);
    var properties = bytes(in);
    var payload = bytes(in);
    return new Kept(
        sender,
        atMillis,
        expiryMillis,
        topic,
        flags & QOS,
        retain(flags >> RETAIN_SHIFT & 3),
        properties,
        payload);
  }

  private static Payload bytes(ByteBuffer in) {
    var bytes = new byte[in.getInt()];
    in.get(bytes);
    return Payload.of(bytes);
  }
}
