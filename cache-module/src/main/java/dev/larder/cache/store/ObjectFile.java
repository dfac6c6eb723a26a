package dev.larder.cache.store;

import dev.larder.cache.slice.ObjectMeta;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The format of an object's metadata file: a frame with what the origin said, then one mark of 16
 * bytes a slice. A frame is magic, length, CRC32C and JSON; a mark is slice, length, CRC32C of the
 * slice's bytes and CRC32C of the mark itself, all big endian. A mark of length 0 takes the one
 * before it back. Marks are appended after their slice's bytes are written, so a process that is
 * killed loses none that it proved. Nothing is synced: after a power loss a mark may stand where
 * its bytes do not, which is why every slice found at the start is verified against its checksum
 * before its first use.
 */
final class ObjectFile {
  static final int MARK_BYTES = 16;

  private static final int MAGIC = 0x4c415231;
  private static final int FRAME_HEAD_BYTES = 12;
  private static final int LONGEST_FRAME_BYTES = 64 * 1024;

  private ObjectFile() {}

  /** The frame's JSON. */
  private record Frame(String key, ObjectMeta meta) {}

  /** An object as its metadata file tells of it; {@code marks} are checksums by slice. */
  record Content(String key, ObjectMeta meta, Map<Integer, Integer> marks) {}

  static Path data(Path folder, String id) {
    return folder.resolve(id.substring(0, 2)).resolve(id + ".data");
  }

  static Path meta(Path folder, String id) {
    return folder.resolve(id.substring(0, 2)).resolve(id + ".meta");
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

  /** Reads a metadata file; empty when its frame is not whole. A torn mark is passed over. */
  static Optional<Content> read(byte[] file) {
    var bytes = ByteBuffer.wrap(file);
    if (bytes.remaining() < FRAME_HEAD_BYTES || bytes.getInt() != MAGIC) {
      return Optional.empty();
    }
    int length = bytes.getInt();
    int checksum = bytes.getInt();
    if (length < 0 || length > LONGEST_FRAME_BYTES || length > bytes.remaining()) {
      return Optional.empty();
    }
    if (crc(ByteBuffer.wrap(file, FRAME_HEAD_BYTES, length)) != checksum) {
      return Optional.empty();
    }
    try {
      var frame = Json.mapper().readValue(file, FRAME_HEAD_BYTES, length, Frame.class);
      bytes.position(FRAME_HEAD_BYTES + length);
      return Optional.of(new Content(frame.key, frame.meta, marks(bytes)));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static Map<Integer, Integer> marks(ByteBuffer bytes) {
    var marks = new HashMap<Integer, Integer>();
    while (bytes.remaining() >= MARK_BYTES) {
      int at = bytes.position();
      int slice = bytes.getInt();
      int length = bytes.getInt();
      int checksum = bytes.getInt();
      if (bytes.getInt() != crc(bytes.slice(at, MARK_BYTES - Integer.BYTES))) {
        continue;
      }
      if (length == 0) {
        marks.remove(slice);
      } else {
        marks.put(slice, checksum);
      }
    }
    return marks;
  }

  private static int crc(ByteBuffer bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
