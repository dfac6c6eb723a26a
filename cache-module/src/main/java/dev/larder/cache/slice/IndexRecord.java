package dev.larder.cache.slice;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * One entry of a drive's index journal, 48 bytes, big endian: the key's hash (16), the object's id,
 * the bytes kept of it, its stamp in the order of eviction, what is said (4), and a CRC32C of the
 * 44 bytes before (4). What is said is {@link #GONE} or the object's queue, uses and pin.
 */
public final class IndexRecord {
  public static final int BYTES = 48;

  /** The object is no more. */
  static final int GONE = 0x100;

  private static final int CHECKED_BYTES = BYTES - Integer.BYTES;
  private static final int SAYS_AT = 40;

  private IndexRecord() {}

  static void write(
      ByteBuffer out, KeyHash key, long id, long kept, long stamp, int says, CRC32C crc) {
    int at = out.position();
    out.putLong(key.high())
        .putLong(key.low())
        .putLong(id)
        .putLong(kept)
        .putLong(stamp)
        .putInt(says);
    out.putInt(checksum(out, at, crc));
  }

  /** Whether the record at a position is whole. */
  static boolean isWhole(ByteBuffer in, int at, CRC32C crc) {
    return in.getInt(at + CHECKED_BYTES) == checksum(in, at, crc);
  }

  static KeyHash key(ByteBuffer in, int at) {
    return new KeyHash(in.getLong(at), in.getLong(at + Long.BYTES));
  }

  static long id(ByteBuffer in, int at) {
    return in.getLong(at + 2 * Long.BYTES);
  }

  static long kept(ByteBuffer in, int at) {
    return in.getLong(at + 3 * Long.BYTES);
  }

  static long stamp(ByteBuffer in, int at) {
    return in.getLong(at + 4 * Long.BYTES);
  }

  static int says(ByteBuffer in, int at) {
    return in.getInt(at + SAYS_AT);
  }

  private static int checksum(ByteBuffer bytes, int at, CRC32C crc) {
    crc.reset();
    if (bytes.hasArray()) {
      crc.update(bytes.array(), bytes.arrayOffset() + at, CHECKED_BYTES);
    } else {
      crc.update(bytes.slice(at, CHECKED_BYTES));
    }
    return (int) crc.getValue();
  }
}
