package dev.larder.agent.operator;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Writes a tar archive of small files (POSIX.1-2017, pax: ustar interchange format). */
final class Tar implements AutoCloseable {
  private static final int BLOCK = 512;
  private static final int NAME_LIMIT = 100;
  private static final int MODE_AT = 100;
  private static final int UID_AT = 108;
  private static final int GID_AT = 116;
  private static final int SIZE_AT = 124;
  private static final int TIME_AT = 136;
  private static final int SUM_AT = 148;
  private static final int SUM_LENGTH = 8;
  private static final int TYPE_AT = 156;
  private static final int MAGIC_AT = 257;

  private final OutputStream out;
  private final Instant at;

  Tar(OutputStream out, Instant at) {
    this.out = out;
    this.at = at;
  }

  /**
   * Adds a file that its owner may read and write.
   *
   * @param name at most 100 bytes of ASCII
   */
  void file(String name, byte[] content) throws IOException {
    if (name.length() > NAME_LIMIT) {
      throw new IOException("The name of a file in the archive is too long: " + name);
    }
    var header = new byte[BLOCK];
    put(header, 0, name);
    put(header, MODE_AT, "0000600");
    put(header, UID_AT, "0000000");
    put(header, GID_AT, "0000000");
    put(header, SIZE_AT, "%011o".formatted(content.length));
    put(header, TIME_AT, "%011o".formatted(at.getEpochSecond()));
    put(header, TYPE_AT, "0");
    put(header, MAGIC_AT, "ustar\00000");
    // The sum is taken with spaces in its own place.
    put(header, SUM_AT, " ".repeat(SUM_LENGTH));
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, SUM_AT, "%06o\0 ".formatted(sum));
    out.write(header);
    out.write(content);
    out.write(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
  }

  private static void put(byte[] header, int at, String text) {
    var bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  /** Ends the archive with two empty blocks. */
  @Override
  public void close() throws IOException {
    out.write(new byte[2 * BLOCK]);
    out.close();
  }
}
