package dev.larder.hub.session;

import dev.larder.hub.log.MessageQueue;
import java.util.HashSet;
import java.util.Set;

/** How far a queue has been drawn from, by those who draw in its order. */
final class Cursor {
  private final MessageQueue queue;
  private Set<Long> skipped = Set.of();
  private long at;

  Cursor(MessageQueue queue) {
    this.queue = queue;
  }

  /** The next sequence; -1 for none. */
  long next() {
    long next = queue.nextAfter(at);
    while (next >= 0 && !skipped.isEmpty() && skipped.remove(next)) {
      at = next;
      next = queue.nextAfter(at);
    }
    return next;
  }

  void taken(long sequence) {
    at = sequence;
  }

  /** Passes over one that was in flight before a restart. */
  void skip(long sequence) {
    if (skipped.isEmpty()) {
      skipped = new HashSet<>();
    }
    skipped.add(sequence);
  }
}
