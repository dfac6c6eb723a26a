package dev.larder.hub.log;

/** A segment as the book-keeping knows it. */
final class LogSegment {
  enum Stage {
    /** Made, and nothing written. */
    SPARE,
    /** Appended to. */
    ACTIVE,
    SEALED,
    /** Nothing in it is needed once what was appended up to {@link #mark} is on disk. */
    DEAD,
    /** Being deleted or made anew. */
    LEAVING
  }

  final int slot;
  final long ordinal;
  final int capacity;
  Stage stage = Stage.SPARE;

  /** Bytes of its frames. */
  int used;

  /** Bytes of the frames in it that are current: messages that wait, values, cursors. */
  long live;

  /** The mark when it was sealed, then the one when it died. */
  long mark;

  /** Bytes of frames that say what is no more, and the ordinals of the segments they speak of. */
  int tombstoneBytes;

  long tombstonesFrom = Long.MAX_VALUE;
  long tombstonesUntil = Long.MIN_VALUE;

  /** Whether it has a live frame that no segment of the present size could hold. */
  boolean unmovable;

  LogSegment(int slot, long ordinal, int capacity) {
    this.slot = slot;
    this.ordinal = ordinal;
    this.capacity = capacity;
  }

  void addTombstone(int bytes, long first, long last) {
    tombstoneBytes += bytes;
    tombstonesFrom = Math.min(tombstonesFrom, first);
    tombstonesUntil = Math.max(tombstonesUntil, last);
  }
}
