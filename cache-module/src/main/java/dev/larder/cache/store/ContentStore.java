package dev.larder.cache.store;

import dev.larder.cache.slice.CachedObject;
import dev.larder.cache.slice.Claim;
import dev.larder.cache.slice.KeptObjects;
import dev.larder.cache.slice.KeptObjects.Purged;
import dev.larder.cache.slice.KeptObjects.Taken;
import dev.larder.cache.slice.KeyHash;
import dev.larder.cache.slice.ObjectMeta;
import dev.larder.cache.slice.Purge;
import dev.larder.cache.slice.PurgeRules.Rule;
import dev.larder.cache.slice.Stored;
import dev.larder.common.settings.CacheDesired.Drive;
import dev.larder.common.settings.CacheReported.DriveReport;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cached content on its drives: the index with a lock round it and files under it. Any thread may
 * call; event loops only what says that it never touches a disk.
 */
public final class ContentStore implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ContentStore.class);
  private static final int MOST_IDLE_FILES = 512;
  private static final Duration RETRY = Duration.ofSeconds(30);

  /** A validation that changed nothing but its time is written no more often: files stay small. */
  private static final Duration DESCRIBE_EVERY = Duration.ofHours(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final KeptObjects kept = new KeptObjects();
  private final Slices slices = new Slices(lock, kept);
  private final OpenFiles files = new OpenFiles(MOST_IDLE_FILES);
  private final Ids ids = new Ids();
  private final LongAdder evictions = new LongAdder();
  private final Drives drives;
  private final Purges purges;
  private final Tidying tidying;

  /**
   * @param data a folder for what is to be remembered whatever drives do
   */
  public ContentStore(Path data) {
    this(data, RETRY);
  }

  ContentStore(Path data, Duration retry) {
    this.purges = new Purges(data);
    purges.rules().rules().forEach(rule -> ids.seen(rule.before()));
    this.drives = new Drives(lock, kept, ids, retry, new DriveEvents());
    this.tidying = new Tidying(lock, kept, drives, purges, ids, this::delete);
  }

  /** Whether an administrator's wish to pin an object was met. */
  public enum Keep {
    DONE,
    /** Nothing is kept under the key. */
    UNKNOWN,
    /** At most half of a drive may be pinned. */
    TOO_MUCH
  }

  private final class DriveEvents implements Drives.Host {
    @Override
    public void delete(List<Stored> gone) {
      ContentStore.this.delete(gone);
    }

    @Override
    public void left(List<CachedObject> awake) {
      awake.forEach(object -> {
        files.forget(object.id());
        slices.gone(object.id());
      });
    }

    @Override
    public void opened(String path) {
      tidying.opened(path, newId());
    }
  }

  private long newId() {
    return ids.next(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
  }

  /** Takes these drives into use and leaves others out; reads the indexes of new ones. */
  public void configure(List<Drive> wanted) {
    drives.configure(wanted);
  }

  /** Looks again at drives with a problem and keeps journals in order; touches disks. */
  public void recheck() {
    drives.recheck();
  }

  public List<DriveReport> report() {
    return drives.report();
  }

  public int objects() {
    return locked(kept::objects);
  }

  /** Readers that wait for bytes from origins. */
  public int waitingReaders() {
    return slices.waitingReaders();
  }

  /** Objects whose files are open. */
  public int openFiles() {
    return files.count();
  }

  /** Objects that made room for others since the start. */
  public long evictions() {
    return evictions.sum();
  }

  /** Finds what is kept, if it is awake and its files are open; never touches a disk. */
  public Optional<Reader> find(String key) {
    return pin(key)
        .flatMap(object -> {
          var file = files.acquireOpen(object);
          if (file.isEmpty()) {
            unpin(object);
          }
          return file.map(open -> new Reader(this, slices, object, open));
        });
  }

  /** Finds what is kept, waking it if need be; one whose files cannot be read is dropped. */
  public Optional<Reader> open(String key) {
    var object = pin(key).or(() -> wake(key));
    if (object.isEmpty()) {
      return Optional.empty();
    }
    try {
      var folder = new DriveFolder(object.get().drive());
      var file = files.acquire(object.get(), folder.objects());
      return Optional.of(new Reader(this, slices, object.get(), file));
    } catch (IOException e) {
      if (!object.get().isGone()) {
        unreadable(object.get(), e);
      }
      unpin(object.get());
      return Optional.empty();
    }
  }

  /** Reads the metadata file of an object that sleeps; it is pinned then. */
  private Optional<CachedObject> wake(String key) {
    var asleep = locked(() -> kept.asleep(KeyHash.of(key)));
    if (asleep.isEmpty()) {
      return Optional.empty();
    }
    var stored = asleep.get();
    files.awaitMade(stored.id());
    try {
      var content = DriveFolder.of(stored).read(stored.id());
      if (content.isPresent()
          && content.get().key().equals(key)
          && !purges.rules().cover(key, stored.id())) {
        return taken(
            locked(() -> kept.wake(stored, key, content.get().meta(), content.get().marks())));
      }
    } catch (IOException e) {
      unreadable(stored.drive(), key, e);
    }
    locked(() -> kept.lose(stored)).ifPresent(gone -> delete(List.of(gone)));
    return Optional.empty();
  }

  private void unreadable(String drive, String key, IOException problem) {
    log.atWarn()
        .addKeyValue("key", key)
        .addKeyValue("error", problem)
        .log("cached object unreadable: it will be fetched again");
    if (!(problem instanceof NoSuchFileException)) {
      drives.readTrouble(drive, problem);
    }
  }

  /** An object's file could not be read: it is dropped, and its drive looked at. */
  void unreadable(CachedObject object, IOException problem) {
    unreadable(object.drive(), object.key(), problem);
    drop(object);
  }

  /** Notes that an object was used although nobody opened it. */
  public void touch(String key) {
    lock.lock();
    try {
      kept.touch(key);
    } finally {
      lock.unlock();
    }
  }

  private Optional<CachedObject> pin(String key) {
    return locked(() -> kept.pin(key));
  }

  private void unpin(CachedObject object) {
    lock.lock();
    try {
      kept.unpin(object);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Begins to keep an object; empty when no drive takes any. Another object under the key is
   * dropped. Touches a disk.
   */
  public Optional<Reader> create(String key, ObjectMeta meta) {
    if (!drives.anyTakes()) {
      return Optional.empty();
    }
    long id = newId();
    files.making(id);
    try {
      return taken(locked(() -> kept.create(id, key, meta, drives::takes)))
          .flatMap(this::createFiles);
    } finally {
      files.made(id);
    }
  }

  private Optional<CachedObject> taken(Taken taken) {
    evictions.add(taken.evicted().size());
    delete(taken.evicted());
    return taken.object();
  }

  private Optional<Reader> createFiles(CachedObject object) {
    try {
      var folder = new DriveFolder(object.drive());
      var file = files.create(object, folder.objects(), object.meta());
      drives.flush(object.drive());
      return Optional.of(new Reader(this, slices, object, file));
    } catch (IOException e) {
      drives.trouble(object.drive(), e);
      drop(object);
      unpin(object);
      return Optional.empty();
    }
  }

  /** The object is no more: its readers are cut and its files deleted. Touches a disk. */
  public void drop(CachedObject object) {
    locked(() -> kept.drop(object)).ifPresent(gone -> delete(List.of(gone)));
  }

  /**
   * Keeps no more what matches: at once for whoever asks from now on, and over restarts; the space
   * is freed in the background. Touches a disk.
   *
   * @return what is known of it now: of objects that sleep, only their number when all go
   */
  public Purged purge(Purge what) throws IOException {
    var rule = new Rule(what, newId());
    purges.add(rule);
    var purged = locked(() -> kept.purge(rule));
    delete(purged.gone());
    tidying.purged();
    return purged;
  }

  /** Pins an object, so that it is never evicted, or pins it no more. Touches a disk. */
  public Keep keep(String key, boolean pinned) {
    var found = open(key);
    if (found.isEmpty()) {
      return Keep.UNKNOWN;
    }
    try (var reader = found.get()) {
      boolean done = locked(() -> kept.keep(reader.object(), pinned));
      drives.flush(reader.object().drive());
      return done ? Keep.DONE : Keep.TOO_MUCH;
    }
  }

  /** Claims, if the drive takes anything; what was evicted is deleted. */
  Claim claimed(CachedObject object, Supplier<Claim> claiming) {
    if (!drives.takes(object.drive())) {
      return new Claim(List.of(), List.of(), true);
    }
    var claim = claiming.get();
    evictions.add(claim.evicted().size());
    delete(claim.evicted());
    drives.flush(object.drive());
    return claim;
  }

  /** Deletes files first and says so in the journal then: what is left over after a crash goes. */
  private void delete(List<Stored> gone) {
    for (var stored : gone) {
      files.forget(stored.id());
      slices.gone(stored.id());
      try {
        DriveFolder.of(stored).delete(stored.id());
        lock.lock();
        try {
          kept.deleted(stored);
        } finally {
          lock.unlock();
        }
      } catch (IOException e) {
        drives.trouble(stored.drive(), e);
      }
    }
  }

  void trouble(CachedObject object, IOException problem) {
    drives.trouble(object.drive(), problem);
  }

  Reader again(CachedObject object, OpenFile file) {
    lock.lock();
    try {
      kept.pinAgain(object);
    } finally {
      lock.unlock();
    }
    files.share(file);
    return new Reader(this, slices, object, file);
  }

  void revalidated(CachedObject object, OpenFile file, ObjectMeta now) {
    var before = object.meta();
    if (!slices.revalidate(object, now)) {
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
    unpin(object);
    files.release(file);
  }

  private <T> T locked(Supplier<T> decision) {
    lock.lock();
    try {
      return decision.get();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    tidying.close();
    drives.close();
    files.closeAll();
  }
}
