package dev.larder.hub.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The segments: which there are, how much of each is live, which to make and which to delete. */
final class LogSegments {
  /** Spares to have: two that messages may not begin, for cleaning and cursors, and one ahead. */
  static final int SPARES = 3;

  private static final long RETRY_MILLIS = 1_000;
  private static final int SLOTS_MAXIMUM = 1 << 20;

  private final NavigableMap<Long, LogSegment> byOrdinal = new TreeMap<>();
  private @Nullable LogSegment[] bySlot = new LogSegment[16];
  private final Deque<LogSegment> spares = new ArrayDeque<>();
  private final Deque<LogSegment> dead = new ArrayDeque<>();
  private long nextOrdinal = 1;
  private long bytes;
  private long liveBytes;
  private int coming;
  private int leaving;
  private boolean full;
  private long retryMillis;
  private boolean changed;

  /** Notes a segment that is there. */
  LogSegment add(long ordinal, int capacity) {
    int slot = 0;
    while (slot < bySlot.length && bySlot[slot] != null) {
      slot++;
    }
    if (slot == SLOTS_MAXIMUM) {
      throw new IllegalStateException("More than " + SLOTS_MAXIMUM + " segments");
    }
    if (slot == bySlot.length) {
      bySlot = Arrays.copyOf(bySlot, 2 * slot);
    }
    var segment = new LogSegment(slot, ordinal, capacity);
    bySlot[slot] = segment;
    byOrdinal.put(ordinal, segment);
    bytes += capacity;
    nextOrdinal = Math.max(nextOrdinal, ordinal + 1);
    return segment;
  }

  private void remove(long ordinal) {
    var segment = Objects.requireNonNull(byOrdinal.remove(ordinal));
    bySlot[segment.slot] = null;
    bytes -= segment.capacity;
    leaving--;
    changed = true;
  }

  Collection<LogSegment> all() {
    return Collections.unmodifiableCollection(byOrdinal.values());
  }

  LogSegment of(long place) {
    return Objects.requireNonNull(bySlot[Packed.slot(place)]);
  }

  Place placeOf(long place) {
    return new Place(of(place).ordinal, Packed.offset(place), Packed.length(place));
  }

  /** Whether a segment of these ordinals is there, apart from one. */
  boolean isAny(long first, long last, LogSegment apart) {
    if (first > last) {
      return false;
    }
    var range = byOrdinal.subMap(first, true, last, true);
    return range.size() > (range.containsKey(apart.ordinal) ? 1 : 0);
  }

  /** Bytes on disk, of those being made too. */
  long bytes() {
    return bytes;
  }

  long liveBytes() {
    return liveBytes;
  }

  void retain(long place) {
    int length = Packed.length(place);
    of(place).live += length;
    liveBytes += length;
  }

  void release(long place) {
    int length = Packed.length(place);
    var segment = of(place);
    segment.live -= length;
    liveBytes -= length;
    changed |= segment.live == 0;
  }

  void noteChange() {
    changed = true;
  }

  /** Whether some segment may have died that nobody has looked at yet. */
  boolean isChanged() {
    return changed;
  }

  /** Whether since the last call some segment may have died, or was begun. */
  boolean takeChanged() {
    boolean was = changed;
    changed = false;
    return was;
  }

  void addSpare(LogSegment segment) {
    spares.add(segment);
  }

  int spares() {
    return spares.size();
  }

  /** Those asked for and not there yet. */
  int coming() {
    return coming;
  }

  boolean isFull() {
    return full;
  }

  /** Whether room will come without anything being given up. */
  boolean isRelieved() {
    return coming > 0 || leaving > 0 || !dead.isEmpty();
  }

  /** The first spare of at least this size; smaller ones before it are given up. */
  @Nullable LogSegment peekSpare(int atLeast) {
    for (var spare : spares) {
      if (spare.capacity >= atLeast) {
        return spare;
      }
    }
    return null;
  }

  /** Takes a spare that was peeked at. */
  void takeSpare(LogSegment chosen, long mark) {
    for (var spare = spares.remove(); spare != chosen; spare = spares.remove()) {
      bury(spare, mark);
    }
    changed = true;
  }

  /** Notes that nothing in a segment is needed any more once {@code mark} is on disk. */
  void bury(LogSegment segment, long mark) {
    segment.stage = LogSegment.Stage.DEAD;
    segment.mark = mark;
    dead.add(segment);
  }

  /** How many segments more there may be. */
  long makeable(LogBounds bounds) {
    return full ? 0 : Math.max(0, (mostBytes(bounds) - bytes) / bounds.segmentBytes());
  }

  /**
   * What all may take. Segments of earlier bounds may be so large that they leave no room to move
   * what is in them: new ones are made beside them then, as many as it needs.
   */
  private long mostBytes(LogBounds bounds) {
    int size = bounds.segmentBytes();
    long large = 0;
    for (var segment : byOrdinal.values()) {
      large += segment.capacity > size ? segment.capacity : 0;
    }
    return Math.max(bounds.maxBytes(), large + (long) SPARES * size);
  }

  /** Nothing is in them, so that they can go at once. */
  private void giveUpLargeSpares(LogBounds bounds, long committedMark) {
    for (var spare : List.copyOf(spares)) {
      if (spare.capacity > bounds.segmentBytes()) {
        spares.remove(spare);
        bury(spare, committedMark);
      }
    }
  }

  /** What is to be made and deleted now. */
  List<Chore> chores(LogBounds bounds, long committedMark, long nowMillis) {
    giveUpLargeSpares(bounds, committedMark);
    boolean isDue = !dead.isEmpty() && dead.getFirst().mark <= committedMark;
    if (!isDue && !wanted(bounds)) {
      return List.of();
    }
    var chores = new ArrayList<Chore>();
    while (!dead.isEmpty() && dead.getFirst().mark <= committedMark) {
      chores.add(takeAway(dead.remove(), bounds));
    }
    int size = bounds.segmentBytes();
    while (wanted(bounds)
        && bytes + size <= mostBytes(bounds)
        && (!full || (coming == 0 && nowMillis >= retryMillis))) {
      bytes += size;
      coming++;
      chores.add(new Chore.Make(nextOrdinal++, size));
    }
    return chores;
  }

  private Chore takeAway(LogSegment segment, LogBounds bounds) {
    segment.stage = LogSegment.Stage.LEAVING;
    leaving++;
    if (segment.capacity == bounds.segmentBytes() && bytes <= bounds.maxBytes() && wanted(bounds)) {
      coming++;
      return new Chore.Remake(segment.ordinal, nextOrdinal++);
    }
    return new Chore.Delete(segment.ordinal);
  }

  /** Spares of another size, left by other bounds, do not count. */
  private boolean wanted(LogBounds bounds) {
    int fit = coming;
    for (var spare : spares) {
      fit += spare.capacity == bounds.segmentBytes() ? 1 : 0;
    }
    return fit < SPARES;
  }

  /** Notes that something is done and durable. */
  void done(Chore chore) {
    switch (chore) {
      case Chore.Make(long ordinal, int size) -> {
        bytes -= size;
        coming--;
        full = false;
        addSpare(add(ordinal, size));
      }
      case Chore.Remake(long from, long ordinal) -> {
        int size = Objects.requireNonNull(byOrdinal.get(from)).capacity;
        coming--;
        remove(from);
        addSpare(add(ordinal, size));
      }
      case Chore.Delete(long ordinal) -> remove(ordinal);
      case Chore.Read _ -> throw new IllegalArgumentException("A read is answered by its content");
    }
  }

  /** Notes that the disk is full; it is tried again in a second. */
  void failed(Chore.Make chore, long nowMillis) {
    bytes -= chore.bytes();
    coming--;
    full = true;
    retryMillis = nowMillis + RETRY_MILLIS;
  }
}
