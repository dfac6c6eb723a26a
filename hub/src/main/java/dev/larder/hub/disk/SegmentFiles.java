package dev.larder.hub.disk;

import dev.larder.hub.log.Chore;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder of the segments, a file each. */
final class SegmentFiles {
  private static final Logger log = LoggerFactory.getLogger(SegmentFiles.class);
  private static final Pattern NAME = Pattern.compile("(\\d{16})\\.log");
  private static final String UNFINISHED = "unfinished";
  private static final int ZEROS_BYTES = 64 << 10;

  private final Path folder;
  private boolean full;

  SegmentFiles(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.deleteIfExists(folder.resolve(UNFINISHED));
    this.folder = folder;
  }

  Path path(long ordinal) {
    return folder.resolve(String.format(Locale.ROOT, "%016d.log", ordinal));
  }

  /** The files by their ordinals. */
  SortedMap<Long, Path> list() throws IOException {
    var found = new TreeMap<Long, Path>();
    try (var files = Files.list(folder)) {
      for (var file : files.toList()) {
        var matcher = NAME.matcher(file.getFileName().toString());
        if (matcher.matches()) {
          found.put(Long.parseLong(matcher.group(1)), file);
        }
      }
    }
    return found;
  }

  /** Makes a file of zeros; false, and there is none, when the disk has no room for it. */
  boolean make(Chore.Make chore) throws IOException {
    var unfinished = folder.resolve(UNFINISHED);
    try (var channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      var zeros = ByteBuffer.allocateDirect(Math.min(ZEROS_BYTES, chore.bytes()));
      for (int left = chore.bytes(); left > 0; ) {
        left -= channel.write(zeros.clear().limit(Math.min(left, zeros.capacity())));
      }
      channel.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(unfinished);
      noteFull(chore, e);
      return false;
    }
    full = false;
    Files.move(unfinished, path(chore.ordinal()), StandardCopyOption.ATOMIC_MOVE);
    force();
    return true;
  }

  /** Nothing depends on the segment yet, so whatever is wrong with it, another try may do. */
  private void noteFull(Chore.Make chore, IOException cause) {
    if (!full) {
      log.atWarn().addKeyValue("bytes", chore.bytes()).setCause(cause).log("no room for a segment");
    }
    full = true;
  }

  void remake(Chore.Remake chore) throws IOException {
    Files.move(path(chore.from()), path(chore.ordinal()), StandardCopyOption.ATOMIC_MOVE);
    force();
  }

  void delete(Chore.Delete chore) throws IOException {
    Files.deleteIfExists(path(chore.ordinal()));
    force();
  }

  /** Makes the names durable. */
  void force() throws IOException {
    try (var directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** Fills the buffer from an offset on, up to its limit. */
  static void read(FileChannel channel, ByteBuffer buffer, long offset) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw new EOFException("A segment ends at " + (offset + buffer.position()));
      }
    }
    buffer.flip();
  }
}
