package dev.larder.cache.store;

import dev.larder.cache.slice.KeptObjects;
import dev.larder.cache.slice.KeyHash;
import dev.larder.cache.slice.ObjectMeta;
import dev.larder.cache.slice.Stored;
import dev.larder.common.settings.CacheDesired.Drive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes the index of a drive with a million objects in an empty folder; in one that has it, opens
 * it as the module does at its start and prints how long that took and what heap it holds.
 * Arguments: a folder, the number of objects.
 */
final class IndexMeasure {
  private static final long TERABYTE = 1L << 40;
  private static final int MIB = 1 << 20;

  private IndexMeasure() {}

  public static void main(String[] arguments) throws IOException {
    var folder = Files.createDirectories(Path.of(arguments[0]));
    int objects = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000_000;
    var drive = Files.createDirectories(folder.resolve("drive"));
    if (!Files.exists(drive.resolve(IndexJournal.FILE))) {
      make(drive, objects);
      return;
    }
    System.gc();
    long before = used();
    long start = System.nanoTime();
    try (var store = new ContentStore(folder, Duration.ofSeconds(1))) {
      store.configure(List.of(new Drive(drive.toString(), drive.toString(), 64 * TERABYTE)));
      double seconds = (System.nanoTime() - start) / 1e9;
      int opened = store.objects();
      System.gc();
      System.out.printf(
          Locale.ROOT,
          "%,d objects, journal %d MiB: open in %.2f s, heap held %d MiB%n",
          opened,
          Files.size(drive.resolve(IndexJournal.FILE)) / MIB,
          seconds,
          (used() - before) / MIB);
    }
  }

  private static long used() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** A journal as a long life leaves it: half of its records say nothing any more. */
  private static void make(Path drive, int objects) throws IOException {
    var lock = new ReentrantLock();
    var meta = new ObjectMeta(MIB, Map.of(), Instant.EPOCH);
    try (var journal = IndexJournal.open(drive, 64 * TERABYTE, lock)) {
      journal.compact();
      var kept = new KeptObjects();
      kept.addDrive("/d", journal.space());
      for (int i = 0; i < objects + objects / 2; i++) {
        var key = "group" + i % 50 + "/filestreamingservice/files/" + i;
        var made = kept.create(i + 1L, key, meta, _ -> true);
        made.object().ifPresent(kept::unpin);
        if (i % 3 == 2) {
          var gone = new Stored("/d", i + 1L, KeyHash.of(key));
          kept.lose(gone);
          kept.deleted(gone);
        }
        if (i % 1_024 == 0) {
          journal.flush();
        }
      }
      journal.flush();
    }
  }
}
