package dev.larder.cache.store;

import dev.larder.cache.slice.ObjectMeta;
import dev.larder.cache.slice.SliceMath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.zip.CRC32C;

/** The two open files of an object. */
final class OpenFile {
  private final Path metaPath;
  private final FileChannel data;
  private final FileChannel marks;
  int users;
  boolean forgotten;
  long touchedMillis;
  volatile Instant describedAt = Instant.EPOCH;

  private OpenFile(Path metaPath, FileChannel data, FileChannel marks) {
    this.metaPath = metaPath;
    this.data = data;
    this.marks = marks;
  }

  /** Makes both files; the frame is written before anything else can be. */
  static OpenFile create(Path folder, String id, ByteBuffer frame) throws IOException {
    var meta = ObjectFile.meta(folder, id);
    Files.createDirectories(meta.getParent());
    var file = open(folder, id, StandardOpenOption.CREATE_NEW);
    try {
      writeFully(file.marks, frame);
    } catch (IOException e) {
      file.close();
      throw e;
    }
    return file;
  }

  static OpenFile open(Path folder, String id) throws IOException {
    return open(folder, id, StandardOpenOption.WRITE);
  }

  private static OpenFile open(Path folder, String id, StandardOpenOption option)
      throws IOException {
    var meta = ObjectFile.meta(folder, id);
    var data =
        FileChannel.open(
            ObjectFile.data(folder, id), StandardOpenOption.READ, StandardOpenOption.WRITE, option);
    try {
      var marks =
          option == StandardOpenOption.CREATE_NEW
              ? FileChannel.open(meta, option, StandardOpenOption.APPEND)
              : FileChannel.open(meta, StandardOpenOption.APPEND);
      return new OpenFile(meta, data, marks);
    } catch (IOException e) {
      data.close();
      throw e;
    }
  }

  FileChannel data() {
    return data;
  }

  void write(ByteBuffer bytes, long position) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += data.write(bytes, at);
    }
  }

  /** Reads until the buffer is full or the file ends. */
  void read(ByteBuffer into, long position) throws IOException {
    long at = position;
    while (into.hasRemaining()) {
      int read = data.read(into, at);
      if (read < 0) {
        return;
      }
      at += read;
    }
  }

  /** The checksum of a slice's bytes; empty when the file ends before they do. */
  OptionalInt checksum(int slice, long objectLength) throws IOException {
    long start = SliceMath.startOf(slice);
    var bytes = ByteBuffer.allocate((int) (SliceMath.endOf(slice, objectLength) - start));
    read(bytes, start);
    if (bytes.hasRemaining()) {
      return OptionalInt.empty();
    }
    var crc = new CRC32C();
    crc.update(bytes.flip());
    return OptionalInt.of((int) crc.getValue());
  }

  void mark(int slice, int length, int checksum) throws IOException {
    writeFully(marks, ObjectFile.mark(slice, length, checksum));
  }

  /** Writes what the origin says of the object now. */
  void describe(String key, ObjectMeta meta) throws IOException {
    writeFully(marks, ObjectFile.frame(key, meta));
    describedAt = meta.receivedAt();
  }

  /** Notes on disk that the object was used, for the order of eviction after a restart. */
  void touch(Instant now) throws IOException {
    Files.setLastModifiedTime(metaPath, FileTime.from(now));
  }

  void close() {
    try (data;
        marks) {
      // Both are closed, whichever fails.
    } catch (IOException _) {
      // Nothing waits in a channel: what was written is the kernel's already.
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
