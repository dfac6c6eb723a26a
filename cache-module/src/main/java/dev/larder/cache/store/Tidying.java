package dev.larder.cache.store;

import dev.larder.cache.slice.KeptObjects;
import dev.larder.cache.slice.KeyHash;
import dev.larder.cache.slice.PurgeRules;
import dev.larder.cache.slice.PurgeRules.Rule;
import dev.larder.cache.slice.SliceMath;
import dev.larder.cache.slice.Stored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work in the background, one piece at a time: compares a drive's folder with its index after the
 * start (files that the index does not know are adopted or deleted, objects without files are
 * dropped), and frees what was purged.
 */
final class Tidying implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Tidying.class);
  private static final int PAGE = 1_024;
  private static final int STOP_SECONDS = 2;

  private final ReentrantLock lock;
  private final KeptObjects kept;
  private final Drives drives;
  private final Purges purges;
  private final Ids ids;
  private final Consumer<List<Stored>> delete;
  private final Set<String> swept = ConcurrentHashMap.newKeySet();
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("tidy").factory());
  private volatile boolean closed;

  /**
   * @param delete deletes the files of objects that were dropped
   */
  Tidying(
      ReentrantLock lock,
      KeptObjects kept,
      Drives drives,
      Purges purges,
      Ids ids,
      Consumer<List<Stored>> delete) {
    this.lock = lock;
    this.kept = kept;
    this.drives = drives;
    this.purges = purges;
    this.ids = ids;
    this.delete = delete;
  }

  /** Compares a drive that was just opened, then purges there. */
  void opened(String path, long newId) {
    swept.remove(path);
    submit(() -> {
      sweep(path, newId);
      purge();
    });
  }

  /** Frees what the rules in force concern. */
  void purged() {
    submit(this::purge);
  }

  /** A task that may find a disk failing. */
  private interface Task {
    void run() throws IOException;
  }

  private void submit(Task task) {
    worker.execute(() -> {
      try {
        task.run();
      } catch (IOException e) {
        log.atWarn()
            .addKeyValue("error", e)
            .log("tidying stopped: it goes on after the next start");
      } catch (RuntimeException e) {
        log.atError().setCause(e).log("tidying broke");
      }
    });
  }

  /** Objects from this id on were made after the drive was opened. */
  private void sweep(String path, long newId) throws IOException {
    var known = ids(path, newId);
    var seen = new BitSet(known.length);
    var counts = new int[3];
    try {
      for (var shelf : new DriveFolder(path).shelves()) {
        if (closed || !drives.isOpen(path)) {
          return;
        }
        sweepShelf(path, newId, shelf, known, seen, counts);
      }
    } catch (IOException e) {
      drives.trouble(path, e);
      throw e;
    }
    dropMissing(path, newId, known, seen, counts);
    drives.flush(path);
    swept.add(path);
    log.atInfo()
        .addKeyValue("drive", path)
        .addKeyValue("adopted", counts[0])
        .addKeyValue("deleted", counts[1])
        .addKeyValue("missing", counts[2])
        .log("cache drive compared with its index");
  }

  /** The ids that the index has, sorted. */
  private long[] ids(String path, long newId) {
    var found = new ArrayList<long[]>();
    int count = 0;
    for (int row = 0; row >= 0; ) {
      var page = new ArrayList<Stored>();
      row = page(path, row, page);
      var some = page.stream().mapToLong(Stored::id).filter(id -> id < newId).toArray();
      found.add(some);
      count += some.length;
    }
    var all = new long[count];
    int at = 0;
    for (var some : found) {
      System.arraycopy(some, 0, all, at, some.length);
      at += some.length;
    }
    Arrays.sort(all);
    return all;
  }

  private int page(String path, int from, List<Stored> into) {
    return locked(() -> kept.page(path, from, PAGE, into));
  }

  private void sweepShelf(
      String path, long newId, Path shelf, long[] known, BitSet seen, int[] counts)
      throws IOException {
    for (var file : DriveFolder.list(shelf, "*")) {
      var name = String.valueOf(file.getFileName());
      var id = ObjectFile.id(name);
      if (id.isPresent() && id.getAsLong() >= newId) {
        continue;
      }
      int at = id.isPresent() ? Arrays.binarySearch(known, id.getAsLong()) : -1;
      if (at >= 0) {
        if (name.endsWith(ObjectFile.META)) {
          seen.set(at);
        }
      } else if (id.isPresent() && name.endsWith(ObjectFile.META)) {
        adopt(path, id.getAsLong(), counts);
      } else if (id.isEmpty() || !Files.exists(metaOf(path, id.getAsLong()))) {
        Files.deleteIfExists(file);
        counts[1]++;
      }
    }
  }

  private static Path metaOf(String path, long id) {
    return ObjectFile.meta(new DriveFolder(path).objects(), id);
  }

  private void adopt(String path, long id, int[] counts) throws IOException {
    ids.seen(id);
    var folder = new DriveFolder(path);
    Optional<ObjectFile.Content> content;
    try {
      content = folder.read(id);
    } catch (NoSuchFileException _) {
      // It was evicted a moment ago.
      return;
    }
    boolean adopted = false;
    if (content.isPresent() && !purges.rules().cover(content.get().key(), id)) {
      var stored = new Stored(path, id, KeyHash.of(content.get().key()));
      long length = content.get().meta().length();
      long bytes =
          content.get().marks().keySet().stream()
              .mapToLong(
                  slice -> Math.max(0, SliceMath.endOf(slice, length) - SliceMath.startOf(slice)))
              .sum();
      var older = locked(() -> kept.adopt(stored, bytes));
      older.ifPresent(delete);
      adopted = older.isPresent();
    }
    if (adopted) {
      counts[0]++;
    } else {
      folder.delete(id);
      counts[1]++;
    }
  }

  private void dropMissing(String path, long newId, long[] known, BitSet seen, int[] counts) {
    if (seen.cardinality() == known.length) {
      return;
    }
    for (int row = 0; row >= 0; ) {
      var page = new ArrayList<Stored>();
      row = page(path, row, page);
      for (var stored : page) {
        int at = stored.id() < newId ? Arrays.binarySearch(known, stored.id()) : -1;
        if (at >= 0 && !seen.get(at) && !Files.exists(metaOf(path, stored.id()))) {
          locked(() -> kept.lose(stored)).ifPresent(gone -> delete.accept(List.of(gone)));
          counts[2]++;
        }
      }
    }
  }

  private void purge() throws IOException {
    var rules = purges.rules();
    if (rules.isEmpty()) {
      return;
    }
    for (var path : drives.opened()) {
      if (!purge(path, rules)) {
        return;
      }
    }
    if (drives.allOpen() && swept.containsAll(drives.opened())) {
      List<Rule> done = rules.rules();
      purges.done(done);
      log.atInfo().addKeyValue("purges", done.size()).log("purged content deleted");
    }
  }

  private boolean purge(String path, PurgeRules rules) {
    for (int row = 0; row >= 0; ) {
      var page = new ArrayList<Stored>();
      row = page(path, row, page);
      for (var stored : page) {
        if (closed || !drives.isOpen(path)) {
          return false;
        }
        if (isPurged(stored, rules)) {
          locked(() -> kept.lose(stored)).ifPresent(gone -> delete.accept(List.of(gone)));
        }
      }
    }
    drives.flush(path);
    return true;
  }

  private static boolean isPurged(Stored stored, PurgeRules rules) {
    if (rules.coverAll(stored.id())) {
      return true;
    }
    if (rules.rules().stream().noneMatch(rule -> stored.id() < rule.before())) {
      return false;
    }
    try {
      return DriveFolder.of(stored)
          .read(stored.id())
          .filter(content -> rules.cover(content.key(), stored.id()))
          .isPresent();
    } catch (NoSuchFileException _) {
      return true;
    } catch (IOException _) {
      // Whoever asks for it finds out.
      return false;
    }
  }

  private <T> T locked(Supplier<T> look) {
    lock.lock();
    try {
      return look.get();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    worker.shutdown();
    try {
      if (!worker.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        log.atWarn().log("a disk takes long: tidying goes on after the next start");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
