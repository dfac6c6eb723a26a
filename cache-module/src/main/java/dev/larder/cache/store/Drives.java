package dev.larder.cache.store;

import dev.larder.cache.slice.CachedObject;
import dev.larder.cache.slice.KeptObjects;
import dev.larder.cache.slice.Stored;
import dev.larder.common.settings.CacheDesired.Drive;
import dev.larder.common.settings.CacheReported.DriveReport;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The drives that are to be used and those that are. One that fails is left out; one that takes no
 * more writes is still read from. Both are tried again, less and less often.
 */
final class Drives {
  private static final Logger log = LoggerFactory.getLogger(Drives.class);

  /** Errors of single files until the whole drive is thought to fail. */
  private static final int MOST_READ_ERRORS = 3;

  private static final int MOST_DOUBLINGS = 5;

  private final ReentrantLock lock;
  private final KeptObjects kept;
  private final Ids ids;
  private final Duration retry;
  private final Host host;
  private volatile Map<String, Drive> wanted = Map.of();
  private final Map<String, IndexJournal> open = new ConcurrentHashMap<>();
  private final Map<String, Problem> problems = new ConcurrentHashMap<>();
  private final Map<String, Integer> readErrors = new ConcurrentHashMap<>();

  /** What the store does when drives come and go. */
  interface Host {
    void delete(List<Stored> gone);

    void left(List<CachedObject> awake);

    /** A drive's index is open: its folder is to be compared with it. */
    void opened(String path);
  }

  /** Why a drive is not used, or not written to. */
  private record Problem(String text, int tries, long nextTryNanos) {}

  /**
   * @param retry after which a drive with a problem is first tried again
   */
  Drives(ReentrantLock lock, KeptObjects kept, Ids ids, Duration retry, Host host) {
    this.lock = lock;
    this.kept = kept;
    this.ids = ids;
    this.retry = retry;
    this.host = host;
  }

  synchronized void configure(List<Drive> drives) {
    var before = wanted;
    var now = new LinkedHashMap<String, Drive>();
    drives.forEach(drive -> now.put(drive.path(), drive));
    wanted = now;
    before.keySet().stream().filter(path -> !now.containsKey(path)).forEach(this::forget);
    now.values().stream()
        .filter(drive -> !drive.equals(before.get(drive.path())))
        .forEach(this::use);
  }

  private void forget(String path) {
    flush(path);
    leaveOut(path);
    problems.remove(path);
    log.atInfo().addKeyValue("drive", path).log("cache drive left out");
  }

  private void leaveOut(String path) {
    var journal = open.remove(path);
    if (journal != null) {
      host.left(locked(() -> kept.removeDrive(path)));
      // A flush may hang on a failing drive.
      Thread.ofVirtual().name("close-journal").start(journal::close);
    }
  }

  private void use(Drive drive) {
    var path = drive.path();
    try {
      var folder = new DriveFolder(path);
      folder.check();
      if (open.containsKey(path)) {
        host.delete(locked(() -> kept.resizeDrive(path, drive.sizeBytes())));
      } else {
        start(drive, folder);
      }
      folder.probe();
      problems.remove(path);
      readErrors.remove(path);
      maintain(path);
    } catch (IOException e) {
      trouble(path, e);
    }
  }

  private void start(Drive drive, DriveFolder folder) throws IOException {
    var path = drive.path();
    var journal = IndexJournal.open(folder.root(), drive.sizeBytes(), lock);
    ids.seen(journal.space().newestId());
    int objects = journal.space().objects();
    var evicted = locked(() -> kept.addDrive(path, journal.space()));
    open.put(path, journal);
    log.atInfo()
        .addKeyValue("drive", path)
        .addKeyValue("objects", objects)
        .log("cache drive in use");
    host.delete(evicted);
    host.opened(path);
  }

  /** Tries drives with a problem again and keeps the journals of the others in order. */
  synchronized void recheck() {
    for (var drive : wanted.values()) {
      var problem = problems.get(drive.path());
      if (problem == null) {
        maintain(drive.path());
      } else if (System.nanoTime() - problem.nextTryNanos() >= 0) {
        use(drive);
      }
    }
  }

  private void maintain(String path) {
    var journal = open.get(path);
    if (journal != null) {
      try {
        journal.flush();
        journal.compact();
      } catch (IOException e) {
        trouble(path, e);
      }
    }
  }

  /** Writes what the drive's journal is to know. */
  void flush(String path) {
    var journal = open.get(path);
    if (journal != null && takes(path)) {
      try {
        journal.flush();
      } catch (IOException e) {
        trouble(path, e);
      }
    }
  }

  boolean takes(String path) {
    return open.containsKey(path) && !problems.containsKey(path);
  }

  boolean anyTakes() {
    return open.keySet().stream().anyMatch(this::takes);
  }

  /** The drives whose indexes are open. */
  List<String> opened() {
    return List.copyOf(open.keySet());
  }

  boolean isOpen(String path) {
    return open.containsKey(path);
  }

  boolean allOpen() {
    return open.keySet().containsAll(wanted.keySet());
  }

  /** Something went wrong on a drive: nothing is written there until a probe succeeds. */
  void trouble(String path, IOException problem) {
    var kind = Trouble.of(problem);
    if (kind == Trouble.NONE || !wanted.containsKey(path)) {
      return;
    }
    note(path, Trouble.describe(problem));
    if (kind == Trouble.ALL) {
      leaveOut(path);
    }
  }

  /** An object could not be read: one file may be bad, or the drive. */
  void readTrouble(String path, IOException problem) {
    if (Trouble.of(problem) != Trouble.ALL || !wanted.containsKey(path)) {
      return;
    }
    var folder = new DriveFolder(path);
    if (!Files.isDirectory(folder.objects())
        || readErrors.merge(path, 1, Integer::sum) >= MOST_READ_ERRORS) {
      trouble(path, problem);
    }
  }

  private void note(String path, String text) {
    var before = problems.get(path);
    int tries = before == null ? 0 : Math.min(before.tries() + 1, MOST_DOUBLINGS);
    long next = System.nanoTime() + (retry.toNanos() << tries);
    problems.put(path, new Problem(text, tries, next));
    if (before == null || !before.text().equals(text)) {
      log.atWarn()
          .addKeyValue("drive", path)
          .addKeyValue("problem", text)
          .log("cache drive has a problem: nothing new is kept there");
    }
  }

  List<DriveReport> report() {
    var reports = new ArrayList<DriveReport>();
    for (var drive : wanted.values()) {
      var problem = problems.get(drive.path());
      long used =
          locked(() -> kept.drive(drive.path()).map(KeptObjects.DriveUse::usedBytes).orElse(0L));
      reports.add(
          new DriveReport(
              drive.hostPath(), drive.sizeBytes(), used, problem == null ? "" : problem.text()));
    }
    return List.copyOf(reports);
  }

  private <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  /** Leaves journals whole. */
  synchronized void close() {
    open.forEach((path, journal) -> {
      flush(path);
      journal.close();
    });
    open.clear();
  }
}
