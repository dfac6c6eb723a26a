package dev.larder.cache.store;

import dev.larder.cache.slice.CachedObject;
import dev.larder.cache.slice.Claim;
import dev.larder.cache.slice.ContentIndex;
import dev.larder.cache.slice.Fetch;
import dev.larder.cache.slice.FetchFailure;
import dev.larder.cache.slice.ObjectMeta;
import dev.larder.cache.slice.Reach;
import dev.larder.common.settings.CacheDesired.Drive;
import dev.larder.common.settings.CacheReported.DriveReport;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cached content on its drives: the index with a lock round it and files under it. Any thread may
 * call; only methods that say so touch a disk.
 */
public final class ContentStore implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ContentStore.class);
  private static final int MOST_IDLE_FILES = 512;

  /** A validation that changed nothing but its time is written no more often: files stay small. */
  private static final Duration DESCRIBE_EVERY = Duration.ofHours(1);

  private static final long TOUCH_EVERY_MILLIS = Duration.ofMinutes(10).toMillis();

  private final ReentrantLock lock = new ReentrantLock();
  private final ContentIndex index = new ContentIndex();
  private final Drives drives = new Drives(lock, index, this::delete);
  private final OpenFiles files = new OpenFiles(MOST_IDLE_FILES);
  private final Waiting waiting = new Waiting(lock);
  private final LongAdder evictions = new LongAdder();

  /** Takes these drives into use and leaves others out; reads what is on new ones from disk. */
  public void configure(List<Drive> wanted) {
    drives.configure(wanted);
  }

  /** Looks again at drives with a problem; touches disks. */
  public void recheck() {
    drives.recheck();
  }

  public List<DriveReport> report() {
    return drives.report();
  }

  public int objects() {
    return locked(() -> index.objects());
  }

  /** Readers that wait for bytes from origins. */
  public int waitingReaders() {
    return locked(waiting::readers);
  }

  /** Objects whose files are open. */
  public int openFiles() {
    return files.count();
  }

  /** Objects that made room for others since the start. */
  public long evictions() {
    return evictions.sum();
  }

  /** Finds what is kept, if its files are open already; never touches a disk. */
  public Optional<Reader> find(String key) {
    return pin(key)
        .flatMap(object -> {
          var file = files.acquireOpen(object);
          if (file.isEmpty()) {
            unpin(object);
          }
          return file.map(open -> new Reader(this, object, open));
        });
  }

  /** Finds what is kept, opening its files if need be; one that cannot be opened is dropped. */
  public Optional<Reader> open(String key) {
    var object = pin(key);
    if (object.isEmpty()) {
      return Optional.empty();
    }
    try {
      var file = files.acquire(object.get(), Drives.folder(object.get()).objects());
      return Optional.of(new Reader(this, object.get(), file));
    } catch (IOException e) {
      log.atWarn()
          .addKeyValue("key", key)
          .addKeyValue("error", e)
          .log("cached object unreadable: it will be fetched again");
      dropPinned(object.get());
      return Optional.empty();
    }
  }

  /** Notes that an object was used although nobody opened it. */
  public void touch(String key) {
    pin(key).ifPresent(this::unpin);
  }

  private Optional<CachedObject> pin(String key) {
    return locked(() -> index.pin(key));
  }

  private void unpin(CachedObject object) {
    lock.lock();
    try {
      index.unpin(object);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Begins to keep an object and claims the first slices of it; empty when no drive takes any.
   * Another object under the key is dropped. Touches a disk.
   */
  public Optional<Reader> create(String key, ObjectMeta meta) {
    if (!drives.anyTakes()) {
      return Optional.empty();
    }
    pin(key).ifPresent(this::dropPinned);
    return make(UUID.randomUUID().toString().replace("-", ""), key, meta)
        .flatMap(this::createFiles);
  }

  private Optional<CachedObject> make(String id, String key, ObjectMeta meta) {
    return locked(() -> index.create(id, key, meta));
  }

  private Optional<Reader> createFiles(CachedObject object) {
    try {
      var file = files.create(object, Drives.folder(object).objects(), object.meta());
      return Optional.of(new Reader(this, object, file));
    } catch (IOException e) {
      drives.trouble(object.drive(), e);
      dropPinned(object);
      return Optional.empty();
    }
  }

  /** The object is no more: its readers are cut and its files deleted. Touches a disk. */
  public void drop(CachedObject object) {
    boolean dropped;
    lock.lock();
    try {
      dropped = index.drop(object);
      waiting.signal(object);
    } finally {
      lock.unlock();
    }
    if (dropped) {
      delete(List.of(object));
    }
  }

  private void dropPinned(CachedObject object) {
    drop(object);
    unpin(object);
  }

  Claim claim(CachedObject object, long start, long end, int longest) {
    return claimed(object, () -> index.claim(object, start, end, longest));
  }

  Claim claimWhole(CachedObject object) {
    return claimed(object, () -> index.claimWhole(object));
  }

  Claim widen(Fetch fetch) {
    return claimed(fetch.object(), () -> index.widen(fetch));
  }

  private Claim claimed(CachedObject object, Supplier<Claim> claiming) {
    if (!drives.takes(object.drive())) {
      return new Claim(List.of(), List.of(), true);
    }
    var claim = locked(claiming);
    evictions.add(claim.evicted().size());
    delete(claim.evicted());
    return claim;
  }

  private void delete(List<CachedObject> gone) {
    for (var object : gone) {
      files.forget(object);
      try {
        Drives.folder(object).delete(object.id());
      } catch (IOException e) {
        drives.trouble(object.drive(), e);
      }
    }
  }

  void arrived(Fetch fetch, long position) {
    lock.lock();
    try {
      index.arrived(fetch, position);
      waiting.signal(fetch.object());
    } finally {
      lock.unlock();
    }
  }

  void complete(Fetch fetch, int slice, int checksum) {
    lock.lock();
    try {
      index.complete(fetch, slice, checksum);
      waiting.signal(fetch.object());
    } finally {
      lock.unlock();
    }
  }

  /** A fetch ended early; its waiters hear of it. */
  public void fail(Fetch fetch, FetchFailure failure) {
    lock.lock();
    try {
      index.fail(fetch, failure);
      waiting.signal(fetch.object());
    } finally {
      lock.unlock();
    }
  }

  private <T> T locked(Supplier<T> decision) {
    lock.lock();
    try {
      return decision.get();
    } finally {
      lock.unlock();
    }
  }

  void trouble(CachedObject object, IOException problem) {
    drives.trouble(object.drive(), problem);
  }

  boolean holds(CachedObject object, long start, long end) {
    return locked(() -> !object.isGone() && object.holds(start, end));
  }

  boolean keeps(CachedObject object, long start, long end) {
    return locked(() -> !object.isGone() && object.keeps(start, end));
  }

  boolean holdsSome(CachedObject object, long start, long end) {
    return locked(() -> object.holdsSome(start, end));
  }

  boolean isUsedOnce(CachedObject object) {
    return locked(() -> index.isUsedOnce(object));
  }

  Reader again(CachedObject object, OpenFile file) {
    lock.lock();
    try {
      index.pinAgain(object);
    } finally {
      lock.unlock();
    }
    files.share(file);
    return new Reader(this, object, file);
  }

  boolean isInOneAnswer(CachedObject object) {
    return locked(() -> object.isInOneAnswer());
  }

  Reach reach(CachedObject object, long position, long end) {
    return locked(() -> object.reach(position, end));
  }

  /** Waits until something about the object changes, at most so long; false when nothing did. */
  boolean await(CachedObject object, Fetch fetch, long seen, Duration patience)
      throws InterruptedException {
    lock.lock();
    try {
      return waiting.await(object, () -> isComing(object, fetch, seen), patience);
    } finally {
      lock.unlock();
    }
  }

  private static boolean isComing(CachedObject object, Fetch fetch, long position) {
    return fetch.failure().isEmpty()
        && object.reach(position, position + 1) instanceof Reach.Coming(var same)
        && same == fetch;
  }

  /** Verifies a slice that was found at the start; what is not proven is fetched again. */
  void verify(CachedObject object, OpenFile file, int slice) throws IOException {
    var checksum = file.checksum(slice, object.meta().length());
    boolean right;
    lock.lock();
    try {
      right = checksum.isPresent() && checksum.getAsInt() == object.checksum(slice);
      if (right) {
        index.prove(object, slice);
      } else {
        index.disprove(object, slice);
      }
    } finally {
      lock.unlock();
    }
    if (!right) {
      file.mark(slice, 0, 0);
      log.atWarn()
          .addKeyValue("key", object.key())
          .addKeyValue("slice", slice)
          .log("slice does not match its checksum: it will be fetched again");
    }
  }

  void revalidated(CachedObject object, OpenFile file, ObjectMeta now) {
    var before = object.meta();
    if (!locked(() -> index.revalidate(object, now))) {
      return;
    }
    try {
      if (!before.headers().equals(now.headers())
          || now.receivedAt().isAfter(file.describedAt.plus(DESCRIBE_EVERY))) {
        file.describe(object.key(), now);
      }
    } catch (IOException e) {
      drives.trouble(object.drive(), e);
    }
  }

  void release(CachedObject object, OpenFile file) {
    long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    if (now - file.touchedMillis > TOUCH_EVERY_MILLIS && !object.isGone()) {
      file.touchedMillis = now;
      files.share(file);
      Thread.ofVirtual().name("touch").start(() -> touchOnDisk(object, file));
    }
    unpin(object);
    files.release(file);
  }

  private void touchOnDisk(CachedObject object, OpenFile file) {
    try {
      file.touch(Instant.now());
    } catch (IOException e) {
      if (!object.isGone()) {
        drives.trouble(object.drive(), e);
      }
    } finally {
      files.release(file);
    }
  }

  @Override
  public void close() {
    files.closeAll();
  }
}
