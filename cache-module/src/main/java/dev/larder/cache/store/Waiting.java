package dev.larder.cache.store;

import dev.larder.cache.slice.CachedObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Readers that wait for an object to change. Its callers hold the lock. */
final class Waiting {
  private final ReentrantLock lock;
  private final Map<Long, Condition> byObject = new HashMap<>();
  private int readers;

  Waiting(ReentrantLock lock) {
    this.lock = lock;
  }

  /** Waits, the lock given up meanwhile, as long as this holds; false when patience ended first. */
  boolean await(CachedObject object, BooleanSupplier still, Duration patience)
      throws InterruptedException {
    long nanos = patience.toNanos();
    while (still.getAsBoolean()) {
      if (nanos <= 0) {
        return false;
      }
      readers++;
      try {
        nanos = condition(object).awaitNanos(nanos);
      } finally {
        readers--;
      }
    }
    return true;
  }

  /** How many wait now. */
  int readers() {
    return readers;
  }

  private Condition condition(CachedObject object) {
    return byObject.computeIfAbsent(object.id(), _ -> lock.newCondition());
  }

  /** Wakes all that wait for the object. */
  void signal(long id) {
    var condition = byObject.remove(id);
    if (condition != null) {
      condition.signalAll();
    }
  }
}
