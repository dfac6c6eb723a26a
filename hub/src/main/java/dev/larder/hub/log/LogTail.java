package dev.larder.hub.log;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The end of the log: whether there is room for a frame and where it goes, and what is on disk. */
final class LogTail {
  /** Who asks for room; the more the log depends on it, the further it may go. */
  enum Level {
    MESSAGE(LogSegments.SPARES),
    STATE(2),
    /** Cursors, what is no more, and what cleaning moves. */
    SYSTEM(1);

    /** Spares that must be there to begin one. */
    final int spares;

    Level(int spares) {
      this.spares = spares;
    }
  }

  static final int PENDING_MAXIMUM_BYTES = 8 << 20;

  private final LogSegments segments;
  private final FrameBuffers buffers;
  private @Nullable LogSegment active;
  private int segmentBytes;
  private int batchBytes;
  private int pendingBytes;
  private long mark;
  private long committedMark;
  private long committedSequence;
  private Place committedEnd = new Place(0, 0, 0);

  /**
   * The mark at which it is on disk where this process's sequences begin. No message is taken
   * before: after a crash its sequence would be used again.
   */
  private long begunMark = Long.MAX_VALUE;

  /** Whether frames are held together with those that follow. */
  private boolean grouped;

  /** Whether any is. */
  private boolean groupBegun;

  /** Live bytes that cleaning has still to move; spared while there is no second spare. */
  private long owedBytes;

  long nextSequence = 1;
  int nextQueueId = 1;

  LogTail(LogSegments segments, int segmentBytes) {
    this.segments = segments;
    this.segmentBytes = segmentBytes;
    this.buffers = new FrameBuffers(segmentBytes);
  }

  void resize(int newSegmentBytes) {
    segmentBytes = newSegmentBytes;
  }

  void owe(long bytes) {
    owedBytes = bytes;
  }

  long mark() {
    return mark;
  }

  long committedMark() {
    return committedMark;
  }

  long committedSequence() {
    return committedSequence;
  }

  /** Whether the place was written and forced. */
  boolean onDisk(Place place) {
    return place.segment() < committedEnd.segment()
        || (place.segment() == committedEnd.segment()
            && place.offset() + place.length() <= committedEnd.offset());
  }

  /** Bytes that are not on disk yet. */
  int pendingBytes() {
    return pendingBytes;
  }

  boolean isActive() {
    return active != null;
  }

  /** Bytes that frames can take in the active segment. */
  int rest() {
    return active == null ? 0 : active.capacity - active.used - LogFrame.END_BYTES;
  }

  /** No frame is longer, so that little is lost at the end of a segment. */
  int frameMaximumBytes() {
    return segmentBytes / 4;
  }

  /** Goes on where recovery found the end: all before is on disk. */
  void resume(@Nullable LogSegment last, boolean isSealed, long sequence) {
    nextSequence = sequence;
    committedSequence = sequence - 1;
    if (last != null) {
      committedEnd = new Place(last.ordinal, last.used, 0);
      if (!isSealed) {
        active = last;
        seal(last);
      }
    }
    begin();
  }

  /** Begins a segment when a spare is there and there is none, or one of earlier, larger bounds. */
  void begin() {
    var spare = segments.peekSpare(0);
    if (spare == null) {
      return;
    }
    if (active == null) {
      begin(spare);
    } else if (active.capacity > segmentBytes && spare.capacity <= segmentBytes) {
      roll(spare);
    }
  }

  /** Whether a segment of the present size can hold a frame, however large they once were. */
  boolean fits(int frameBytes) {
    return frameBytes
        <= segmentBytes - LogFrame.HEAD_BYTES - LogFrame.BEGIN_BODY_BYTES - LogFrame.END_BYTES;
  }

  /** Whether a frame has room; {@link #start} then succeeds. */
  boolean hasRoom(int frameBytes, Level level) {
    int pendingMaximum = level == Level.SYSTEM ? 2 * PENDING_MAXIMUM_BYTES : PENDING_MAXIMUM_BYTES;
    return pendingBytes + frameBytes <= pendingMaximum
        && (level != Level.MESSAGE || committedMark >= begunMark)
        && (rest() - reserve(level) >= frameBytes || next(frameBytes, level) != null);
  }

  private long reserve(Level level) {
    if (segments.spares() + 1 >= level.spares) {
      return 0;
    }
    return segmentBytes / (level == Level.MESSAGE ? 4 : 8) + owedBytes;
  }

  private @Nullable LogSegment next(int frameBytes, Level level) {
    return segments.spares() >= level.spares
        ? segments.peekSpare(
            frameBytes + LogFrame.HEAD_BYTES + LogFrame.BEGIN_BODY_BYTES + LogFrame.END_BYTES)
        : null;
  }

  /**
   * Holds the frames that follow together: after a crash all of them are there or none is.
   *
   * @param bytes that they take at most; more than these have no room
   * @return false when there is no room
   */
  boolean group(int bytes) {
    if (!hasRoom(bytes, Level.MESSAGE)) {
      return false;
    }
    if (rest() - reserve(Level.MESSAGE) < bytes) {
      roll(Objects.requireNonNull(next(bytes, Level.MESSAGE)));
    }
    grouped = true;
    return true;
  }

  /** Ends the group. */
  void ungroup() {
    grouped = false;
    if (groupBegun) {
      groupBegun = false;
      open(Objects.requireNonNull(active), LogFrame.GROUP_END, 0);
      finish();
    }
  }

  /**
   * Begins a frame; the caller puts exactly the body's bytes and calls {@link #finish}.
   *
   * @return null when there is no room
   */
  @Nullable ByteBuffer start(byte kind, int bodyBytes, Level level) {
    int frameBytes = LogFrame.HEAD_BYTES + bodyBytes;
    if (!hasRoom(frameBytes, level)) {
      return null;
    }
    if (rest() - reserve(level) < frameBytes) {
      if (grouped) {
        return null;
      }
      roll(Objects.requireNonNull(next(frameBytes, level)));
    }
    return open(Objects.requireNonNull(active), kind, bodyBytes);
  }

  private void roll(LogSegment next) {
    if (active != null) {
      seal(active);
    }
    begin(next);
  }

  private void begin(LogSegment next) {
    segments.takeSpare(next, mark);
    next.stage = LogSegment.Stage.ACTIVE;
    active = next;
    open(next, LogFrame.BEGIN, LogFrame.BEGIN_BODY_BYTES)
        .put(LogFrame.VERSION)
        .putLong(nextSequence)
        .putInt(nextQueueId);
    finish();
    begunMark = Math.min(begunMark, mark);
  }

  private void seal(LogSegment segment) {
    open(segment, LogFrame.END, 0);
    finish();
    segment.stage = LogSegment.Stage.SEALED;
    segment.mark = mark;
    buffers.close();
    active = null;
  }

  private ByteBuffer open(LogSegment segment, byte kind, int bodyBytes) {
    groupBegun |= grouped;
    return buffers.open(segment, grouped ? LogFrame.held(kind) : kind, bodyBytes);
  }

  /** Ends the frame; its place, which is not live until it is retained. */
  long finish() {
    var segment = Objects.requireNonNull(active);
    int bytes = buffers.finish();
    int offset = segment.used;
    segment.used += bytes;
    batchBytes += bytes;
    pendingBytes += bytes;
    mark++;
    return Packed.of(segment.slot, offset, bytes);
  }

  /** The segment that the last frame is in. */
  LogSegment active() {
    return Objects.requireNonNull(active);
  }

  /** All that was appended since the last one; the one before must have been committed. */
  Optional<LogBatch> take() {
    var writes = buffers.take();
    if (writes.isEmpty()) {
      return Optional.empty();
    }
    var batch = new LogBatch(writes, batchBytes, mark, nextSequence - 1);
    batchBytes = 0;
    return Optional.of(batch);
  }

  void committed(LogBatch batch) {
    pendingBytes -= batch.bytes();
    committedMark = batch.mark();
    committedSequence = batch.sequence();
    var last = batch.writes().getLast();
    committedEnd = new Place(last.segment(), last.end(), 0);
    buffers.giveBack(batch.writes());
  }
}
