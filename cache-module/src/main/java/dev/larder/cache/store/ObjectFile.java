package dev.larder.cache.store;

import dev.larder.cache.slice.ObjectMeta;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/**
 * The format of an object's metadata file: a frame with what the origin said, then one mark of 16
 * bytes a slice and, each time the origin said something new, another frame; the last one counts. A
 * frame is magic, length, CRC32C and JSON; a mark is slice, length, CRC32C of the slice's bytes and
 * CRC32C of the mark itself, all big endian. A mark of length 0 takes the one before it back. Marks
 * are appended after their slice's bytes are written, so a process that is killed loses none that
 * it proved. Nothing is synced: after a power loss a mark may stand where its bytes do not, which
 * is why every slice found at the start is verified against its checksum before its first use.
 */
final class ObjectFile {
  static final int MARK_BYTES = 16;

  static final String DATA = ".data";
  static final String META = ".meta";

  private static final int MAGIC = 0x4c415232;
  private static final int FRAME_HEAD_BYTES = 12;
  private static final int LONGEST_FRAME_BYTES = 64 * 1024;

  private ObjectFile() {}

  /** The frame's JSON. */
  private record Frame(String key, ObjectMeta meta) {}

  /** An object as its metadata file tells of it; {@code marks} are checksums by slice. */
  record Content(String key, ObjectMeta meta, Map<Integer, Integer> marks) {}

  static Path data(Path folder, long id) {
    return shelf(folder, id).resolve(name(id) + DATA);
  }

  static Path meta(Path folder, long id) {
    return shelf(folder, id).resolve(name(id) + META);
  }

  private static String name(long id) {
    return HexFormat.of().toHexDigits(id);
  }

  /** Ids follow each other: their last digits spread them over 256 folders. */
  static Path shelf(Path folder, long id) {
    return folder.resolve(HexFormat.of().toHexDigits((byte) id));
  }

  /** The id of an object that a file belongs to; empty for any other file. */
  static OptionalLong id(String fileName) {
    int dot = fileName.length() - DATA.length();
    if (dot != 2 * Long.BYTES || !(fileName.endsWith(DATA) || fileName.endsWith(META))) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(HexFormat.fromHexDigitsToLong(fileName, 0, dot));
    } catch (NumberFormatException _) {
      return OptionalLong.empty();
    }
  }

  static ByteBuffer frame(String key, ObjectMeta meta) {
    var json = Json.writeBytes(new Frame(key, meta));
    var frame = ByteBuffer.allocate(FRAME_HEAD_BYTES + json.length);
    return frame
        .putInt(MAGIC)
        .putInt(json.length)
        .putInt(crc(ByteBuffer.wrap(json)))
        .put(json)
        .flip();
  }

  static ByteBuffer mark(int slice, int length, int checksum) {
    var mark = ByteBuffer.allocate(MARK_BYTES).putInt(slice).putInt(length).putInt(checksum);
    return mark.putInt(crc(mark.duplicate().flip())).flip();
  }

  /**
   * Reads a metadata file; empty when its first frame is not whole. What is torn is passed over.
   */
  static Optional<Content> read(byte[] file) {
    var bytes = ByteBuffer.wrap(file);
    var first = nextFrame(bytes);
    if (first.isEmpty()) {
      return Optional.empty();
    }
    var last = first.get();
    var marks = new HashMap<Integer, Integer>();
    while (bytes.remaining() >= FRAME_HEAD_BYTES) {
      if (nextMark(bytes, marks)) {
        continue;
      }
      var frame = nextFrame(bytes);
      if (frame.isPresent()) {
        last = frame.get();
      } else {
        bytes.position(bytes.position() + 1);
      }
    }
    return Optional.of(new Content(last.key, last.meta, marks));
  }

  /** Reads a frame; the position stays when there is no whole one. */
  private static Optional<Frame> nextFrame(ByteBuffer bytes) {
    int at = bytes.position();
    if (bytes.remaining() < FRAME_HEAD_BYTES || bytes.getInt(at) != MAGIC) {
      return Optional.empty();
    }
    int length = bytes.getInt(at + Integer.BYTES);
    int from = at + FRAME_HEAD_BYTES;
    if (length < 0 || length > LONGEST_FRAME_BYTES || length > bytes.limit() - from) {
      return Optional.empty();
    }
    if (crc(bytes.slice(from, length)) != bytes.getInt(at + 2 * Integer.BYTES)) {
      return Optional.empty();
    }
    var json = new byte[length];
    bytes.get(from, json);
    try {
      var frame = Json.mapper().readValue(json, Frame.class);
      bytes.position(from + length);
      return Optional.of(frame);
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /** Takes in a mark; the position stays when there is no whole one. */
  private static boolean nextMark(ByteBuffer bytes, Map<Integer, Integer> marks) {
    int at = bytes.position();
    if (bytes.remaining() < MARK_BYTES
        || bytes.getInt(at + MARK_BYTES - Integer.BYTES)
            != crc(bytes.slice(at, MARK_BYTES - Integer.BYTES))) {
      return false;
    }
    int slice = bytes.getInt();
    int length = bytes.getInt();
    int checksum = bytes.getInt();
    bytes.getInt();
    if (length == 0) {
      marks.remove(slice);
    } else {
      marks.put(slice, checksum);
    }
    return true;
  }

  private static int crc(ByteBuffer bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
