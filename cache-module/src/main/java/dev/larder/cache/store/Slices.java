package dev.larder.cache.store;

import dev.larder.cache.slice.CachedObject;
import dev.larder.cache.slice.Claim;
import dev.larder.cache.slice.ContentIndex;
import dev.larder.cache.slice.Fetch;
import dev.larder.cache.slice.FetchFailure;
import dev.larder.cache.slice.KeptObjects;
import dev.larder.cache.slice.ObjectMeta;
import dev.larder.cache.slice.Reach;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The slices of objects in use: the index with a lock round it, and those who wait for bytes. */
final class Slices {
  private static final Logger log = LoggerFactory.getLogger(Slices.class);

  private final ReentrantLock lock;
  private final KeptObjects kept;
  private final ContentIndex index;
  private final Waiting waiting;

  Slices(ReentrantLock lock, KeptObjects kept) {
    this.lock = lock;
    this.kept = kept;
    this.index = new ContentIndex(kept);
    this.waiting = new Waiting(lock);
  }

  Claim claim(CachedObject object, long start, long end, int longest) {
    return locked(() -> index.claim(object, start, end, longest));
  }

  Claim claimWhole(CachedObject object) {
    return locked(() -> index.claimWhole(object));
  }

  Claim widen(Fetch fetch) {
    return locked(() -> index.widen(fetch));
  }

  void arrived(Fetch fetch, long position) {
    changed(fetch.object(), () -> index.arrived(fetch, position));
  }

  void complete(Fetch fetch, int slice, int checksum) {
    changed(fetch.object(), () -> index.complete(fetch, slice, checksum));
  }

  /** A fetch ended early; its waiters hear of it. */
  void fail(Fetch fetch, FetchFailure failure) {
    changed(fetch.object(), () -> index.fail(fetch, failure));
  }

  private void changed(CachedObject object, Runnable change) {
    lock.lock();
    try {
      change.run();
      waiting.signal(object.id());
    } finally {
      lock.unlock();
    }
  }

  /** Wakes those that wait for an object that is gone. */
  void gone(long id) {
    lock.lock();
    try {
      waiting.signal(id);
    } finally {
      lock.unlock();
    }
  }

  int waitingReaders() {
    return locked(waiting::readers);
  }

  /** Whether all of a span is here and proven; its caller then sends it. */
  boolean holds(CachedObject object, long start, long end) {
    return locked(() -> {
      boolean holds = !object.isGone() && object.holds(start, end);
      if (holds) {
        kept.read(object, end - start);
      }
      return holds;
    });
  }

  boolean keeps(CachedObject object, long start, long end) {
    return locked(() -> !object.isGone() && object.keeps(start, end));
  }

  boolean holdsSome(CachedObject object, long start, long end) {
    return locked(() -> object.holdsSome(start, end));
  }

  void wasRead(CachedObject object, long bytes) {
    lock.lock();
    try {
      kept.read(object, bytes);
    } finally {
      lock.unlock();
    }
  }

  boolean isUsedOnce(CachedObject object) {
    return locked(() -> kept.isUsedOnce(object));
  }

  boolean isInOneAnswer(CachedObject object) {
    return locked(() -> object.isInOneAnswer());
  }

  Reach reach(CachedObject object, long position, long end) {
    return locked(() -> object.reach(position, end));
  }

  boolean revalidate(CachedObject object, ObjectMeta now) {
    return locked(() -> index.revalidate(object, now));
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
    boolean right =
        locked(() -> {
          boolean same = checksum.isPresent() && checksum.getAsInt() == object.checksum(slice);
          if (same) {
            index.prove(object, slice);
          } else {
            index.disprove(object, slice);
          }
          return same;
        });
    if (!right) {
      file.mark(slice, 0, 0);
      log.atWarn()
          .addKeyValue("key", object.key())
          .addKeyValue("slice", slice)
          .log("slice does not match its checksum: it will be fetched again");
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
}
