package dev.larder.cache.store;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.List;

/** What an I/O error means for a drive. */
enum Trouble {
  /** Nothing: a channel was closed under its user. */
  NONE,
  /** It takes no more writes; what is there can be read. */
  WRITES,
  /** It fails. */
  ALL;

  static final String READ_ONLY = "Read-only file system";

  /** As the C library calls them: the JDK hands its texts on. */
  private static final List<String> WRITES_ONLY =
      List.of(
          READ_ONLY,
          "No space left on device",
          "Disk quota exceeded",
          "Operation not permitted",
          "Too many open files",
          "Too many links",
          "File too large");

  static Trouble of(IOException problem) {
    if (problem instanceof ClosedChannelException) {
      return NONE;
    }
    if (problem instanceof AccessDeniedException) {
      return WRITES;
    }
    var text = String.valueOf(problem.getMessage());
    return WRITES_ONLY.stream().anyMatch(text::contains) ? WRITES : ALL;
  }

  /** For people. */
  static String describe(IOException problem) {
    return switch (problem) {
      case AccessDeniedException _ ->
          "the cache may not write here; give the folder to user 10000 (chown -R 10000:10000)";
      case FileSystemException e when e.getReason() != null -> e.getReason();
      default -> String.valueOf(problem.getMessage());
    };
  }
}
