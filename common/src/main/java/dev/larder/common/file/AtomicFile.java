package dev.larder.common.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Writes small files so that a reader, and a machine that lost power, sees the old one whole or the
 * new one whole.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /**
   * Writes beside the target, syncs, moves over the target and syncs the folder.
   *
   * @param permissions as {@code ls} shows them, {@code rw-------}
   * @throws IOException that names a file; the target is then as it was
   */
  public static void write(Path target, byte[] bytes, String permissions) throws IOException {
    var folder = target.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    var temporary = Files.createTempFile(folder, "." + target.getFileName(), ".new");
    try {
      fill(target, temporary, bytes, permissions);
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void fill(Path target, Path temporary, byte[] bytes, String permissions)
      throws IOException {
    try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
      var buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      // Only now: a file that is to be read-only could not be opened for writing any more.
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(permissions));
      channel.force(true);
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      // Of a full disk the system says no more than that.
      var named = new FileSystemException(target.toString(), null, e.getMessage());
      named.initCause(e);
      throw named;
    }
  }
}
