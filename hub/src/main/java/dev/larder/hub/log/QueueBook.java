package dev.larder.hub.log;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** The queues, and the frames that define them, drop them and hold their cursors. */
final class QueueBook {
  private static final long SWEEP_MILLIS = 60_000;
  private static final int LOWEST_PRIORITY = 9;

  private final MessageTable table;
  private final LogSegments segments;
  private final LogTail tail;
  private final Map<String, MessageQueue> byName = new LinkedHashMap<>();
  private final Map<Integer, MessageQueue> byId = new HashMap<>();

  /** Dropped, and not noted yet for want of room. */
  private final Deque<MessageQueue> doomed = new ArrayDeque<>();

  QueueBook(MessageTable table, LogSegments segments, LogTail tail) {
    this.table = table;
    this.segments = segments;
    this.tail = tail;
  }

  @Nullable MessageQueue find(String name) {
    return byName.get(name);
  }

  @Nullable MessageQueue find(int id) {
    return byId.get(id);
  }

  Collection<MessageQueue> all() {
    return Collections.unmodifiableCollection(byName.values());
  }

  MessageQueue make(String name, int priority, boolean durable) {
    if (priority < 0 || priority > LOWEST_PRIORITY) {
      throw new IllegalArgumentException("priority " + priority + " is not within 0 to 9");
    }
    var queue = new MessageQueue(table, tail.nextQueueId++, name, priority, durable);
    restore(queue);
    if (durable) {
      define(queue);
    }
    return queue;
  }

  /** Takes a queue in; of two of a name the one that was defined later stays. */
  void restore(MessageQueue queue) {
    byId.put(queue.id, queue);
    var same = byName.get(queue.name());
    if (same == null || same.id < queue.id) {
      byName.put(queue.name(), queue);
      if (same != null) {
        doom(same);
      }
    } else {
      doom(queue);
    }
  }

  /** Writes what defines a durable queue if it is not there yet; false when there is no room. */
  boolean define(MessageQueue queue) {
    if (queue.definition != Packed.NONE) {
      return true;
    }
    var name = LogFrame.text(queue.name());
    int body = Integer.BYTES + 1 + Short.BYTES + name.length;
    var out = tail.start(LogFrame.QUEUE, body, LogTail.Level.SYSTEM);
    if (out == null) {
      return false;
    }
    out.putInt(queue.id).put((byte) queue.priority());
    LogFrame.putText(out, name);
    queue.definition = tail.finish();
    queue.firstDefined = tail.active().ordinal;
    segments.retain(queue.definition);
    return true;
  }

  void drop(MessageQueue queue) {
    if (byName.remove(queue.name(), queue)) {
      doom(queue);
    }
  }

  private void doom(MessageQueue queue) {
    queue.dropped = true;
    queue.clear();
    doomed.add(queue);
    buryDoomed();
  }

  private void buryDoomed() {
    while (!doomed.isEmpty() && bury(doomed.getFirst())) {
      doomed.remove();
    }
  }

  private boolean bury(MessageQueue queue) {
    if (queue.definition != Packed.NONE) {
      var out = tail.start(LogFrame.DROPPED, LogFrame.DROPPED_BODY_BYTES, LogTail.Level.SYSTEM);
      if (out == null) {
        return false;
      }
      long last = segments.of(queue.definition).ordinal;
      out.putInt(queue.id).putLong(queue.firstDefined).putLong(last);
      long place = tail.finish();
      tail.active().addTombstone(Packed.length(place), queue.firstDefined, last);
    }
    releaseFrames(queue);
    byId.remove(queue.id, queue);
    return true;
  }

  /** Lets go of a dropped queue's definition and cursor. */
  void releaseFrames(MessageQueue queue) {
    if (queue.definition != Packed.NONE) {
      segments.release(queue.definition);
      queue.definition = Packed.NONE;
    }
    if (queue.cursorPlace != Packed.NONE) {
      segments.release(queue.cursorPlace);
      queue.cursorPlace = Packed.NONE;
    }
  }

  /** Writes what could not be written before, and the cursors that moved. */
  void write() {
    buryDoomed();
    for (var queue : byName.values()) {
      if (queue.durable
          && (queue.definition == Packed.NONE || queue.moved)
          && !(define(queue) && writeCursor(queue))) {
        return;
      }
    }
  }

  private boolean writeCursor(MessageQueue queue) {
    var out = tail.start(LogFrame.CURSOR, LogFrame.CURSOR_BODY_BYTES, LogTail.Level.SYSTEM);
    if (out == null) {
      return false;
    }
    var cursor = queue.cursor();
    out.putInt(queue.id)
        .putLong(cursor.below())
        .putLong(cursor.expired())
        .putLong(cursor.overQuota());
    moveCursor(queue, tail.finish());
    queue.moved = false;
    queue.position = cursor.below();
    return true;
  }

  void moveCursor(MessageQueue queue, long place) {
    segments.retain(place);
    if (queue.cursorPlace != Packed.NONE) {
      segments.release(queue.cursorPlace);
    }
    queue.cursorPlace = place;
  }

  void moveDefinition(MessageQueue queue, long place) {
    segments.retain(place);
    if (queue.definition != Packed.NONE) {
      segments.release(queue.definition);
    }
    queue.definition = place;
  }

  /** Drops what is too old: at the heads now, elsewhere about once a minute. */
  void expire(long nowMillis) {
    for (var queue : byName.values()) {
      queue.expireHead(nowMillis);
      if (nowMillis >= queue.nextSweepMillis) {
        queue.sweep(nowMillis);
        queue.nextSweepMillis = nowMillis + SWEEP_MILLIS;
      }
      queue.shrink();
    }
  }

  /**
   * Gives up messages until live bytes are at most so many: the oldest of the lowest priority
   * first, and none of a priority higher than {@code least}. Stops as well when few enough wait.
   *
   * @return whether it came to that
   */
  boolean giveWay(long liveBytes, int messages, int least, long nowMillis) {
    for (int priority = LOWEST_PRIORITY; priority >= least; priority--) {
      var heads = new PriorityQueue<>(Comparator.comparingLong(MessageQueue::headSequence));
      for (var queue : byName.values()) {
        if (queue.priority() == priority && queue.size() > 0) {
          heads.add(queue);
        }
      }
      for (var queue = heads.poll();
          queue != null && isAbove(liveBytes, messages);
          queue = heads.poll()) {
        queue.giveWay(nowMillis);
        if (queue.size() > 0) {
          heads.add(queue);
        }
      }
    }
    return !isAbove(liveBytes, messages);
  }

  private boolean isAbove(long liveBytes, int messages) {
    return segments.liveBytes() > liveBytes || table.size() > messages;
  }
}
