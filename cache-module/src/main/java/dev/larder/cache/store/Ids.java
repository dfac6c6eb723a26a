package dev.larder.cache.store;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids of objects and purges: each larger than all before it, over restarts too as long as the clock
 * is not set back or a journal remembers the last.
 */
final class Ids {
  private final AtomicLong last = new AtomicLong();

  /** A new id; {@code nowMicros} is the time since 1970. */
  long next(long nowMicros) {
    return last.updateAndGet(before -> Math.max(before + 1, nowMicros));
  }

  /** An id that is in use. */
  void seen(long id) {
    last.accumulateAndGet(id, Math::max);
  }
}
