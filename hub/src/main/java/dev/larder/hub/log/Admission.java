package dev.larder.hub.log;

/** Decides what is taken while there is little room, and what gives way. */
final class Admission {
  private static final int LEAST_URGENT = 9;

  private final LogSegments segments;
  private final LogTail tail;
  private final MessageTable table;
  private final QueueBook queues;
  private final Cleaner cleaner;

  Admission(
      LogSegments segments, LogTail tail, MessageTable table, QueueBook queues, Cleaner cleaner) {
    this.segments = segments;
    this.tail = tail;
    this.table = table;
    this.queues = queues;
    this.cleaner = cleaner;
  }

  /** Whether a message may be taken; what must give way for it has. */
  boolean admits(
      LogBounds bounds, long frameBytes, MessageQueue[] targets, int count, long nowMillis) {
    int highest = Integer.MAX_VALUE;
    for (int i = 0; i < count; i++) {
      var queue = targets[i];
      if (queue.dropped) {
        throw new IllegalArgumentException("Queue " + queue.name() + " was dropped");
      }
      if (queue.durable && !queues.define(queue)) {
        return false;
      }
      highest = Math.min(highest, queue.priority());
    }
    if (frameBytes > tail.frameMaximumBytes()) {
      return false;
    }
    if (!tail.hasRoom((int) frameBytes, LogTail.Level.MESSAGE)) {
      if (!segments.isFull() && !isRoomComing(bounds)) {
        relieve(bounds, highest, nowMillis);
      }
      return false;
    }
    boolean fits =
        segments.liveBytes() + frameBytes <= bounds.messageLimit()
            && table.size() < bounds.maxMessages();
    return count == 0
        || fits
        || giveWay(bounds, bounds.messageLimit() - frameBytes, highest, nowMillis);
  }

  /** Goes a little below the limit, so that not every message has to ask. */
  private boolean giveWay(LogBounds bounds, long liveBytes, int least, long nowMillis) {
    return bounds.overflow() == LogBounds.Overflow.DROP_OLDEST
        && queues.giveWay(
            liveBytes - bounds.segmentBytes() / 8,
            bounds.maxMessages() - 1 - bounds.maxMessages() / 128,
            least,
            nowMillis);
  }

  /**
   * Whether a message has no room now and will have: what makes it is under way, or the least
   * urgent have given way for it.
   */
  boolean isStrained(LogBounds bounds, int frameBytes, long nowMillis) {
    return !tail.hasRoom(frameBytes, LogTail.Level.MESSAGE)
        && !segments.isFull()
        && (isRoomComing(bounds) || relieve(bounds, LEAST_URGENT, nowMillis));
  }

  private boolean isRoomComing(LogBounds bounds) {
    return tail.mark() != tail.committedMark()
        || segments.isChanged()
        || segments.isRelieved()
        || cleaner.isBusy()
        || cleaner.choice(bounds) != null;
  }

  /** The segments are taken though fewer bytes are live than may be, and nothing helps but this. */
  private boolean relieve(LogBounds bounds, int least, long nowMillis) {
    return giveWay(bounds, segments.liveBytes() - bounds.segmentBytes() / 8, least, nowMillis);
  }

  /** Whether a value may be put; what must give way for it has. */
  boolean admits(LogBounds bounds, long frameBytes, long stateBytes, long nowMillis) {
    if (frameBytes > tail.frameMaximumBytes()
        || stateBytes + frameBytes > bounds.maxBytes() / 2
        || !tail.hasRoom((int) frameBytes, LogTail.Level.STATE)) {
      return false;
    }
    return segments.liveBytes() + frameBytes <= bounds.stateLimit()
        || giveWay(bounds, bounds.stateLimit() - frameBytes, 0, nowMillis);
  }

  /** Makes what is live fit new bounds, if messages may give way at all. */
  void trim(LogBounds bounds, long nowMillis) {
    if (segments.liveBytes() > bounds.messageLimit()) {
      giveWay(bounds, bounds.messageLimit(), 0, nowMillis);
    }
  }
}
