package dev.larder.hub.log;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** A disk that may lose or tear what was written and not forced, sector by sector. */
final class SimDisk {
  private static final int SECTOR_BYTES = 512;

  private static final class File {
    final byte[] durable;
    final byte[] written;
    final BitSet dirty = new BitSet();

    File(byte[] content) {
      durable = content;
      written = content.clone();
    }
  }

  private final SortedMap<Long, File> files = new TreeMap<>();
  boolean full;

  /** Does a chore at once and for good; false when the disk is full. */
  boolean carryOut(Chore chore) {
    switch (chore) {
      case Chore.Make(long ordinal, int bytes) -> {
        if (full) {
          return false;
        }
        files.put(ordinal, new File(new byte[bytes]));
      }
      case Chore.Remake(long from, long ordinal) -> files.put(ordinal, files.remove(from));
      case Chore.Delete(long ordinal) -> files.remove(ordinal);
      case Chore.Read _ -> {
        // Does not change anything.
      }
    }
    return true;
  }

  void write(LogBatch.Write write) {
    var file = file(write.segment());
    var bytes = write.bytes().duplicate().rewind();
    int length = bytes.remaining();
    bytes.get(file.written, write.offset(), length);
    int last = (write.offset() + length - 1) / SECTOR_BYTES;
    file.dirty.set(write.offset() / SECTOR_BYTES, last + 1);
  }

  void force(long segment) {
    var file = file(segment);
    file.dirty.stream().forEach(sector -> settle(file, sector, SECTOR_BYTES));
    file.dirty.clear();
  }

  /** Of what was not forced some sectors are there and some are not, and one may be torn. */
  void crash(Random random) {
    int kind = random.nextInt(4);
    for (var file : files.values()) {
      int until = random.nextInt(20);
      int[] dirty = file.dirty.stream().toArray();
      for (int i = 0; i < dirty.length; i++) {
        boolean kept =
            switch (kind) {
              case 0 -> true;
              case 1 -> i < until;
              default -> random.nextBoolean();
            };
        int bytes = random.nextInt(8) == 0 ? random.nextInt(SECTOR_BYTES) : SECTOR_BYTES;
        settle(file, dirty[i], kept ? bytes : 0);
      }
      file.dirty.clear();
      System.arraycopy(file.durable, 0, file.written, 0, file.written.length);
    }
  }

  private static void settle(File file, int sector, int bytes) {
    int from = sector * SECTOR_BYTES;
    int length = Math.min(bytes, file.durable.length - from);
    System.arraycopy(file.written, from, file.durable, from, length);
  }

  private File file(long segment) {
    return Optional.ofNullable(files.get(segment)).orElseThrow();
  }

  SortedMap<Long, ByteBuffer> contents() {
    var contents = new TreeMap<Long, ByteBuffer>();
    files.forEach((ordinal, file) -> contents.put(ordinal, ByteBuffer.wrap(file.written.clone())));
    return Collections.unmodifiableSortedMap(contents);
  }

  ByteBuffer read(long segment, int bytes) {
    return ByteBuffer.wrap(Arrays.copyOf(file(segment).written, bytes));
  }

  ByteBuffer view(long segment) {
    return ByteBuffer.wrap(file(segment).written);
  }

  long bytes() {
    return files.values().stream().mapToLong(f -> f.durable.length).sum();
  }

  /** Writes something else over a part of a segment. */
  void damage(long segment, int offset) {
    var file = file(segment);
    file.durable[offset] ^= 1;
    file.written[offset] ^= 1;
  }
}
