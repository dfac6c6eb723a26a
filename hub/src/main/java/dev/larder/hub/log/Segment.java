package dev.larder.hub.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A segment as the book-keeping knows it.
 *
 * @param first sequence of its first frame, and its name
 * @param next sequence after its last frame; {@code first} when it holds none
 * @param bytes of the file that are sound, the magic among them
 * @param newestMillis when its last message was taken, ms since 1970; 0 when it holds none
 */
public record Segment(long first, long next, long bytes, long newestMillis) {
  private static final byte[] MAGIC = "LARDERQ1".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern NAME = Pattern.compile("(\\d{19})\\.seg");

  /** What a scan of a file found: the sound part, and how many bytes after it are not. */
  public record Scan(Segment segment, long tornBytes) {}

  public static ByteBuffer magic() {
    return ByteBuffer.wrap(MAGIC.clone());
  }

  /** A segment that was just made. */
  public static Segment empty(long first) {
    return new Segment(first, first, MAGIC.length, 0);
  }

  public static String fileName(long first) {
    return String.format(Locale.ROOT, "%019d.seg", first);
  }

  /** The first sequence that a file's name gives; empty when it is no segment's name. */
  public static OptionalLong parseFileName(String name) {
    var matcher = NAME.matcher(name);
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }

  /**
   * Reads a whole segment from 0 to the buffer's limit and stops before the first frame that is
   * torn, damaged or out of sequence.
   */
  public static Scan scan(long first, ByteBuffer file) {
    int limit = file.limit();
    if (limit < MAGIC.length || !file.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
      return new Scan(new Segment(first, first, 0, 0), limit);
    }
    int offset = MAGIC.length;
    long next = first;
    long newest = 0;
    for (var head = Frame.head(file, offset);
        head.isPresent() && head.get().sequence() == next;
        head = Frame.head(file, offset)) {
      offset += head.get().bytes();
      newest = head.get().atMillis();
      next++;
    }
    return new Scan(new Segment(first, next, offset, newest), limit - offset);
  }

  public boolean isEmpty() {
    return next == first;
  }

  /** This segment with one more frame. */
  Segment with(int frameBytes, long atMillis) {
    return new Segment(first, next + 1, bytes + frameBytes, atMillis);
  }
}
