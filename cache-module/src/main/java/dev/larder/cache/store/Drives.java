package dev.larder.cache.store;

import dev.larder.cache.slice.CachedObject;
import dev.larder.cache.slice.ContentIndex;
import dev.larder.common.settings.CacheDesired.Drive;
import dev.larder.common.settings.CacheReported.DriveReport;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The drives that are to be used and those that are. One that cannot be opened is left out; one
 * that takes no more writes is still read from. Both are looked at again from time to time.
 */
final class Drives {
  private static final Logger log = LoggerFactory.getLogger(Drives.class);

  private final ReentrantLock lock;
  private final ContentIndex index;
  private final Consumer<List<CachedObject>> delete;
  private final Map<String, Drive> wanted = new LinkedHashMap<>();
  private final Map<String, String> problems = new ConcurrentHashMap<>();

  Drives(ReentrantLock lock, ContentIndex index, Consumer<List<CachedObject>> delete) {
    this.lock = lock;
    this.index = index;
    this.delete = delete;
  }

  static DriveFolder folder(CachedObject object) {
    return new DriveFolder(object.drive());
  }

  synchronized void configure(List<Drive> drives) {
    var before = new LinkedHashMap<>(wanted);
    wanted.clear();
    drives.forEach(drive -> wanted.put(drive.path(), drive));
    before.keySet().stream().filter(path -> !wanted.containsKey(path)).forEach(this::leaveOut);
    wanted.values().stream()
        .filter(drive -> !drive.equals(before.get(drive.path())))
        .forEach(this::use);
  }

  private void leaveOut(String path) {
    locked(() -> index.removeDrive(path));
    problems.remove(path);
    log.atInfo().addKeyValue("drive", path).log("cache drive left out");
  }

  private void use(Drive drive) {
    try {
      var folder = new DriveFolder(drive.path());
      folder.probe();
      if (isUsed(drive.path())) {
        var evicted = new ArrayList<CachedObject>();
        locked(() -> evicted.addAll(index.setDrive(drive.path(), drive.sizeBytes())));
        delete.accept(evicted);
      } else {
        restore(drive, folder);
      }
      problems.remove(drive.path());
    } catch (IOException e) {
      trouble(drive.path(), e);
    }
  }

  private void restore(Drive drive, DriveFolder folder) throws IOException {
    var found = folder.scan();
    var unkept = new ArrayList<CachedObject>();
    locked(() -> {
      unkept.addAll(index.setDrive(drive.path(), drive.sizeBytes()));
      for (var each : found) {
        var content = each.content();
        unkept.addAll(
            index.restore(each.id(), content.key(), drive.path(), content.meta(), content.marks()));
      }
    });
    delete.accept(unkept);
    log.atInfo()
        .addKeyValue("drive", drive.path())
        .addKeyValue("objects", found.size() - unkept.size())
        .log("cache drive in use");
  }

  synchronized void recheck() {
    wanted.values().stream().filter(drive -> problems.containsKey(drive.path())).forEach(this::use);
  }

  boolean takes(String path) {
    return !problems.containsKey(path);
  }

  boolean anyTakes() {
    return problems.isEmpty() || report().stream().anyMatch(drive -> drive.problem().isEmpty());
  }

  /** Something went wrong on a drive: nothing is written there until a probe succeeds. */
  void trouble(String path, IOException problem) {
    var text = describe(problem);
    if (!text.equals(problems.put(path, text))) {
      log.atWarn()
          .addKeyValue("drive", path)
          .addKeyValue("problem", text)
          .log("cache drive has a problem: nothing new is kept there");
    }
  }

  private static String describe(IOException problem) {
    return switch (problem) {
      case AccessDeniedException _ ->
          "the cache may not write here; give the folder to user 10000 (chown -R 10000:10000)";
      case FileSystemException e when e.getReason() != null -> e.getReason();
      default -> String.valueOf(problem.getMessage());
    };
  }

  private boolean isUsed(String path) {
    lock.lock();
    try {
      return index.drive(path).isPresent();
    } finally {
      lock.unlock();
    }
  }

  synchronized List<DriveReport> report() {
    var reports = new ArrayList<DriveReport>();
    for (var drive : wanted.values()) {
      locked(() -> {
        long used = index.drive(drive.path()).map(ContentIndex.DriveUse::usedBytes).orElse(0L);
        reports.add(
            new DriveReport(
                drive.hostPath(),
                drive.sizeBytes(),
                used,
                problems.getOrDefault(drive.path(), "")));
      });
    }
    return List.copyOf(reports);
  }

  private void locked(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }
}
