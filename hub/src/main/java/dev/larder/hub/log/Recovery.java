package dev.larder.hub.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Makes a log of what is on disk. What it is shown is durable before the log is used. */
public final class Recovery {
  /**
   * More than the messages that can wait to be written, so that none of their sequences, which
   * someone may have seen, is used again.
   */
  private static final long SKIPPED = LogTail.PENDING_MAXIMUM_BYTES / LogFrame.LEAST_MESSAGE_BYTES;

  private static final int SEGMENT_MINIMUM_BYTES = 1 << 10;

  private final Log log;
  private final LogSegments segments;
  private final CRC32C crc = new CRC32C();
  private final Map<Integer, MessageQueue> queues = new TreeMap<>();
  private final List<LogSegment> empty = new ArrayList<>();
  private final List<Long> damaged = new ArrayList<>();
  private long nextSequence = 1;
  private int nextQueueId = 1;
  private @Nullable LogSegment last;
  private boolean lastEnded;

  public Recovery(LogBounds bounds) {
    log = new Log(bounds);
    segments = log.segments;
  }

  /**
   * Takes a segment in; they come in order of their ordinals.
   *
   * @param content the whole of it, from 0 to the limit
   * @return whether the process that wrote it may not have forced all of it
   */
  public boolean add(long ordinal, ByteBuffer content) {
    if (content.limit() > Packed.MAXIMUM_BYTES) {
      throw new IllegalArgumentException(
          "Segment " + ordinal + " has " + content.limit() + " bytes; no log made it so large");
    }
    var segment = segments.add(ordinal, content.limit());
    int at = 0;
    int held = -1;
    boolean ended = false;
    while (!ended) {
      int length = LogFrame.soundBytes(crc, content, at, segment.capacity, ordinal);
      boolean sound = length > 0 && (at > 0 || LogFrame.kind(content, 0) == LogFrame.BEGIN);
      if (!sound) {
        break;
      }
      ended = LogFrame.kind(content, at) == LogFrame.END;
      if (LogFrame.isHeld(content, at)) {
        held = held < 0 ? at : held;
      } else {
        frames(segment, held < 0 ? at : held, at + length, content);
        held = -1;
      }
      at += length;
    }
    if (held >= 0) {
      // The end of the group is not there, so that none of it is.
      at = held;
    }
    segment.used = at;
    if (at == 0) {
      empty.add(segment);
      return false;
    }
    noteDamage();
    segment.stage = LogSegment.Stage.SEALED;
    last = segment;
    lastEnded = ended;
    return !ended;
  }

  private void frames(LogSegment segment, int from, int to, ByteBuffer content) {
    int at = from;
    while (at < to) {
      int length = LogFrame.bytes(content, at);
      frame(segment, at, length, content);
      at += length;
    }
  }

  /** One that another follows was sealed; without an end it lost something. */
  private void noteDamage() {
    if (last != null && !lastEnded) {
      damaged.add(last.ordinal);
    }
  }

  private void frame(LogSegment segment, int at, int length, ByteBuffer content) {
    long place = Packed.of(segment.slot, at, length);
    var body = content.slice(at + LogFrame.HEAD_BYTES, length - LogFrame.HEAD_BYTES);
    switch (LogFrame.kind(content, at)) {
      case LogFrame.BEGIN -> begin(segment, body);
      case LogFrame.MESSAGE -> message(place, body);
      case LogFrame.QUEUE -> define(segment, place, body);
      case LogFrame.DROPPED -> drop(segment, length, body);
      case LogFrame.CURSOR -> cursor(place, body);
      case LogFrame.PUT -> {
        var key = LogFrame.getText(body);
        var value = new byte[body.remaining()];
        body.get(value);
        log.state.restore(key, value, place);
      }
      case LogFrame.REMOVED -> {
        segment.addTombstone(length, body.getLong(), body.getLong());
        log.state.drop(LogFrame.getText(body));
      }
      default -> {
        // The end of a group or of the segment, which says nothing.
      }
    }
  }

  private void begin(LogSegment segment, ByteBuffer body) {
    byte version = body.get();
    if (version != LogFrame.VERSION) {
      throw new IllegalArgumentException(
          "Segment "
              + segment.ordinal
              + " has version "
              + version
              + "; this hub reads version "
              + LogFrame.VERSION);
    }
    nextSequence = Math.max(nextSequence, body.getLong());
    nextQueueId = Math.max(nextQueueId, body.getInt());
  }

  private MessageQueue queue(int id) {
    nextQueueId = Math.max(nextQueueId, id + 1);
    return queues.computeIfAbsent(id, i -> new MessageQueue(log.table, i, "", 0, true));
  }

  private void message(long place, ByteBuffer body) {
    long sequence = body.getLong();
    long expiryMillis = body.getLong(16);
    int count = body.getInt(LogFrame.MESSAGE_FIXED_BYTES - Integer.BYTES);
    nextSequence = Math.max(nextSequence, sequence + 1);
    if (count == 0) {
      return;
    }
    int slot = log.table.add(place, expiryMillis, count, null);
    for (int i = 0; i < count; i++) {
      queue(body.getInt(LogFrame.MESSAGE_FIXED_BYTES + i * Integer.BYTES)).restore(sequence, slot);
    }
  }

  private void define(LogSegment segment, long place, ByteBuffer body) {
    var queue = queue(body.getInt());
    if (queue.definition == Packed.NONE) {
      queue.firstDefined = segment.ordinal;
    }
    int priority = body.get();
    queue.name(LogFrame.getText(body), priority);
    log.queues.moveDefinition(queue, place);
  }

  private void drop(LogSegment segment, int length, ByteBuffer body) {
    int id = body.getInt();
    segment.addTombstone(length, body.getLong(), body.getLong());
    nextQueueId = Math.max(nextQueueId, id + 1);
    var queue = queues.remove(id);
    if (queue != null) {
      forget(queue);
    }
  }

  private void cursor(long place, ByteBuffer body) {
    var queue = queue(body.getInt());
    long below = body.getLong();
    nextSequence = Math.max(nextSequence, below);
    queue.restore(new MessageQueue.Cursor(below, body.getLong(), body.getLong()));
    log.queues.moveCursor(queue, place);
  }

  private void forget(MessageQueue queue) {
    queue.clear();
    log.queues.releaseFrames(queue);
  }

  /** The log, with all that was found. */
  public Log finish() {
    for (var segment : empty) {
      boolean isSpare =
          (last == null || segment.ordinal > last.ordinal)
              && segment.capacity >= SEGMENT_MINIMUM_BYTES;
      if (isSpare) {
        segments.addSpare(segment);
      } else {
        segments.bury(segment, 0);
      }
    }
    log.tail.nextQueueId = nextQueueId;
    log.tail.resume(last, lastEnded, last == null ? nextSequence : nextSequence + SKIPPED);
    for (var queue : queues.values()) {
      if (queue.definition == Packed.NONE) {
        forget(queue);
      } else {
        queue.settle();
        log.queues.restore(queue);
      }
    }
    return log;
  }

  /** Ordinals of the segments that lost frames to damage, not merely to a crash. */
  public List<Long> damaged() {
    return List.copyOf(damaged);
  }
}
