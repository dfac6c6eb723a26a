package dev.larder.hub.log;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Gets space back: finds the dead segments, and moves the live rest of one that is mostly dead. */
final class Cleaner {
  private static final int STEP_MOVED_BYTES = 128 << 10;
  private static final int STEP_READ_BYTES = 1 << 20;

  private final LogSegments segments;
  private final LogTail tail;
  private final MessageTable table;
  private final QueueBook queues;
  private final KeyedState state;
  private final CRC32C crc = new CRC32C();
  private @Nullable LogSegment victim;
  private @Nullable ByteBuffer content;
  private int at;
  private int[] ids = new int[16];

  Cleaner(
      LogSegments segments, LogTail tail, MessageTable table, QueueBook queues, KeyedState state) {
    this.segments = segments;
    this.tail = tail;
    this.table = table;
    this.queues = queues;
    this.state = state;
  }

  boolean isBusy() {
    return victim != null;
  }

  /** Gives up the segments that are dead. */
  void buryDead() {
    for (var segment : segments.all()) {
      if (segment.stage == LogSegment.Stage.SEALED
          && segment != victim
          && segment.mark <= tail.committedMark()
          && neededBytes(segment) == 0) {
        segments.bury(segment, tail.mark());
      }
    }
  }

  /** Begins to clean the segment with the most to gain, if there is enough to. */
  Optional<Chore> choose(LogBounds bounds) {
    var chosen = victim == null ? choice(bounds) : null;
    if (chosen == null) {
      return Optional.empty();
    }
    victim = chosen;
    at = 0;
    tail.owe(neededBytes(chosen));
    return Optional.of(new Chore.Read(chosen.ordinal, chosen.used));
  }

  /** The segment to clean next; null when cleaning is of no use now. */
  @Nullable LogSegment choice(LogBounds bounds) {
    long size = bounds.segmentBytes();
    long room = tail.rest() + segments.spares() * (size - size / 4) - size / 8;
    LogSegment best = null;
    long most = 0;
    for (var segment : segments.all()) {
      long needed = neededBytes(segment);
      long gain = gain(segment, needed);
      if (segment.stage == LogSegment.Stage.SEALED
          && !segment.unmovable
          && segment.mark <= tail.committedMark()
          && gain > most
          && gain >= leastGain(bounds, segment.capacity)
          && needed <= room) {
        best = segment;
        most = gain;
      }
    }
    return best;
  }

  /**
   * What cleaning wins: what is dead. What was left empty at the end would be so again, unless it
   * is more than a frame can ask for.
   */
  private static long gain(LogSegment segment, long needed) {
    int rest = segment.capacity - segment.used;
    return segment.used - needed + (rest > segment.capacity / 4 ? rest : 0);
  }

  /** Cleaning too early moves what would have died by itself. */
  private long leastGain(LogBounds bounds, long capacity) {
    long free = segments.spares() + segments.coming() + segments.makeable(bounds);
    if (free <= LogSegments.SPARES || segments.bytes() > bounds.maxBytes()) {
      return capacity / 8;
    }
    return segments.bytes() > bounds.maxBytes() / 2 ? capacity / 2 : capacity - capacity / 8;
  }

  private long neededBytes(LogSegment segment) {
    boolean speaks = segments.isAny(segment.tombstonesFrom, segment.tombstonesUntil, segment);
    return segment.live + (speaks ? segment.tombstoneBytes : 0);
  }

  /** Takes the bytes that {@link #choose} asked for. */
  void content(Chore.Read chore, ByteBuffer bytes) {
    if (victim == null || victim.ordinal != chore.ordinal()) {
      throw new IllegalStateException("Nobody asked for segment " + chore.ordinal());
    }
    content = bytes;
  }

  /** Moves on by a step; whether another one can follow at once. */
  boolean step() {
    var from = victim;
    var bytes = content;
    if (from == null || bytes == null) {
      return false;
    }
    int until = tail.pendingBytes() + STEP_MOVED_BYTES;
    int stop = Math.min(from.used, at + STEP_READ_BYTES);
    while (at < stop && tail.pendingBytes() < until) {
      int length = LogFrame.soundBytes(crc, bytes, at, from.used, from.ordinal);
      if (length == 0) {
        throw new IllegalStateException(
            "Segment " + from.ordinal + " was sound at " + at + " and is not any more");
      }
      if (!move(from, bytes, length)) {
        if (!tail.fits(length)) {
          leave(from);
        }
        return false;
      }
      at += length;
    }
    tail.owe(from.live);
    if (at == from.used) {
      finish(from);
    }
    return victim != null;
  }

  /** It stays until what is in it has been consumed, has expired or given way. */
  private void leave(LogSegment from) {
    from.unmovable = true;
    tail.owe(0);
    victim = null;
    content = null;
  }

  /** Segments have another size from now on. */
  void resized() {
    segments.all().forEach(segment -> segment.unmovable = false);
  }

  private void finish(LogSegment from) {
    if (from.live != 0) {
      throw new IllegalStateException(
          from.live + " live bytes were not found in segment " + from.ordinal);
    }
    tail.owe(0);
    segments.bury(from, tail.mark());
    victim = null;
    content = null;
  }

  /** Appends the frame again if it is live; false when there is no room now. */
  private boolean move(LogSegment from, ByteBuffer bytes, int length) {
    long here = Packed.of(from.slot, at, length);
    var body = bytes.slice(at + LogFrame.HEAD_BYTES, length - LogFrame.HEAD_BYTES);
    return switch (LogFrame.kind(bytes, at)) {
      case LogFrame.MESSAGE -> moveMessage(here, body);
      case LogFrame.QUEUE -> {
        var queue = queues.find(body.getInt(0));
        yield queue == null
            || queue.definition != here
            || copy(LogFrame.QUEUE, body, place -> queues.moveDefinition(queue, place));
      }
      case LogFrame.CURSOR -> {
        var queue = queues.find(body.getInt(0));
        yield queue == null
            || queue.cursorPlace != here
            || copy(LogFrame.CURSOR, body, place -> queues.moveCursor(queue, place));
      }
      case LogFrame.PUT -> {
        var key = LogFrame.getText(body.duplicate());
        yield !state.isAt(key, here) || copy(LogFrame.PUT, body, place -> state.move(key, place));
      }
      case LogFrame.REMOVED ->
          !state.isRemovalNeeded(body.duplicate(), from)
              || copyTombstone(LogFrame.REMOVED, body, body.getLong(0), body.getLong(8));
      case LogFrame.DROPPED ->
          !segments.isAny(body.getLong(4), body.getLong(12), from)
              || copyTombstone(LogFrame.DROPPED, body, body.getLong(4), body.getLong(12));
      default -> true;
    };
  }

  /** Told where the copy of a frame is. */
  private interface Mover {
    void moved(long place);
  }

  private boolean copy(byte kind, ByteBuffer body, Mover mover) {
    var out = tail.start(kind, body.capacity(), LogTail.Level.SYSTEM);
    if (out == null) {
      return false;
    }
    out.put(body.duplicate().rewind());
    mover.moved(tail.finish());
    return true;
  }

  private boolean copyTombstone(byte kind, ByteBuffer body, long first, long last) {
    return copy(kind, body, place -> tail.active().addTombstone(Packed.length(place), first, last));
  }

  private boolean moveMessage(long here, ByteBuffer body) {
    long sequence = body.getLong(0);
    int countAt = LogFrame.MESSAGE_FIXED_BYTES - Integer.BYTES;
    int count = body.getInt(countAt);
    int slot = collect(here, sequence, body, count);
    if (slot < 0) {
      return true;
    }
    int waiting = ids[0];
    int shorter = body.capacity() - (count - waiting) * Integer.BYTES;
    var out = tail.start(LogFrame.MESSAGE, shorter, LogTail.Level.SYSTEM);
    if (out == null) {
      return false;
    }
    out.put(body.slice(0, countAt));
    for (int i = 0; i <= waiting; i++) {
      out.putInt(ids[i]);
    }
    int restAt = LogFrame.MESSAGE_FIXED_BYTES + count * Integer.BYTES;
    out.put(body.slice(restAt, body.capacity() - restAt));
    table.move(slot, tail.finish());
    return true;
  }

  /** Puts the queues where the message of this frame waits after their number; its slot or -1. */
  private int collect(long here, long sequence, ByteBuffer body, int count) {
    if (ids.length <= count) {
      ids = new int[count + 1];
    }
    int slot = -1;
    int waiting = 0;
    for (int i = 0; i < count; i++) {
      int id = body.getInt(LogFrame.MESSAGE_FIXED_BYTES + i * Integer.BYTES);
      var queue = queues.find(id);
      int found = queue == null ? -1 : queue.slotOf(sequence);
      if (found >= 0 && table.place(found) == here) {
        slot = found;
        ids[++waiting] = id;
      }
    }
    ids[0] = waiting;
    return slot;
  }
}
