package dev.larder.cache.store;

import dev.larder.cache.slice.ObjectMeta;
import dev.larder.cache.slice.SliceMath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.CRC32C;

/** The two open files of an object. */
final class OpenFile {
  private final FileChannel data;

  /** Empty on a drive that takes no writes. */
  private final Optional<FileChannel> marks;

  int users;
  boolean forgotten;
  volatile Instant describedAt = Instant.EPOCH;

  private OpenFile(FileChannel data, Optional<FileChannel> marks) {
    this.data = data;
    this.marks = marks;
  }

  /** Makes both files; the frame is written before anything else can be. */
  static OpenFile create(Path folder, long id, ByteBuffer frame) throws IOException {
    makeShelf(ObjectFile.shelf(folder, id));
    var file = open(folder, id, StandardOpenOption.CREATE_NEW);
    try {
      file.writeMark(frame);
    } catch (IOException e) {
      file.close();
      throw e;
    }
    return file;
  }

  /** The folders above must be there: a drive that vanished is not made anew. */
  private static void makeShelf(Path shelf) throws IOException {
    try {
      if (!Files.isDirectory(shelf)) {
        Files.createDirectory(shelf);
      }
    } catch (FileAlreadyExistsException _) {
      // Somebody else made it just now.
    }
  }

  /** Opens an object's files, for reading alone if the drive takes no writes. */
  static OpenFile open(Path folder, long id) throws IOException {
    try {
      return open(folder, id, StandardOpenOption.WRITE);
    } catch (FileSystemException e) {
      if (Trouble.of(e) != Trouble.WRITES) {
        throw e;
      }
      var data = FileChannel.open(ObjectFile.data(folder, id), StandardOpenOption.READ);
      return new OpenFile(data, Optional.empty());
    }
  }

  private static OpenFile open(Path folder, long id, StandardOpenOption option) throws IOException {
    var data =
        FileChannel.open(
            ObjectFile.data(folder, id), StandardOpenOption.READ, StandardOpenOption.WRITE, option);
    try {
      var meta = ObjectFile.meta(folder, id);
      var marks =
          option == StandardOpenOption.CREATE_NEW
              ? FileChannel.open(meta, option, StandardOpenOption.APPEND)
              : FileChannel.open(meta, StandardOpenOption.APPEND);
      return new OpenFile(data, Optional.of(marks));
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
    writeMark(ObjectFile.mark(slice, length, checksum));
  }

  /** Writes what the origin says of the object now. */
  void describe(String key, ObjectMeta meta) throws IOException {
    writeMark(ObjectFile.frame(key, meta));
    describedAt = meta.receivedAt();
  }

  void close() {
    try (data) {
      if (marks.isPresent()) {
        marks.get().close();
      }
    } catch (IOException _) {
      // Nothing waits in a channel: what was written is the kernel's already.
    }
  }

  private void writeMark(ByteBuffer bytes) throws IOException {
    if (marks.isEmpty()) {
      throw new IOException(Trouble.READ_ONLY);
    }
    while (bytes.hasRemaining()) {
      marks.get().write(bytes);
    }
  }
}
