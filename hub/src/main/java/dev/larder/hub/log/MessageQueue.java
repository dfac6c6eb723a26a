package dev.larder.hub.log;

import dev.larder.hub.message.Kept;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one consumer, in order of the sequences: a ring of numbers. Messages are consumed
 * in any order; what was consumed behind the head leaves a hole that the head moves over.
 */
public final class MessageQueue {
  /** What its cursor on disk says. */
  record Cursor(long below, long expired, long overQuota) {}

  final int id;
  final boolean durable;

  /** The frame that defines it and the one with its cursor; {@link Packed#NONE} for none. */
  long definition = Packed.NONE;

  long cursorPlace = Packed.NONE;

  /** The ordinal of the first segment that may define it. */
  long firstDefined;

  /** Whether the cursor on disk is behind. */
  boolean moved;

  /** What the last cursor that was written says. */
  long position;

  boolean dropped;
  long nextSweepMillis;

  private String name;
  private int priority;
  private final MessageTable table;
  private final SequenceRing ring = new SequenceRing();
  private long last;
  private int size;
  private int mortal;
  private long bytes;
  private long below;
  private boolean unsorted;
  private long expired;
  private long overQuota;
  private long consumed;

  MessageQueue(MessageTable table, int id, String name, int priority, boolean durable) {
    this.table = table;
    this.id = id;
    this.name = name;
    this.priority = priority;
    this.durable = durable;
  }

  public String name() {
    return name;
  }

  /** Names a queue that was restored before its definition was found. */
  void name(String newName, int newPriority) {
    name = newName;
    priority = newPriority;
  }

  /** 0 is the highest, 9 the lowest. */
  public int priority() {
    return priority;
  }

  /** Whether it outlives the process. */
  public boolean isDurable() {
    return durable;
  }

  /** The log says that all before this sequence is consumed, once it is on disk so far. */
  public long position() {
    return position;
  }

  /** Messages that wait. */
  public int size() {
    return size;
  }

  /** Bytes of their frames. */
  public long bytes() {
    return bytes;
  }

  /** Messages that grew too old here; kept over restarts if durable. */
  public long expired() {
    return expired;
  }

  /** Messages that gave way to newer ones; kept over restarts if durable. */
  public long overQuota() {
    return overQuota;
  }

  /** Messages that were consumed since the start. */
  public long consumed() {
    return consumed;
  }

  /** The first sequence beyond one that waits; -1 for none. Starts at 0. */
  public long nextAfter(long sequence) {
    long at = ring.after(sequence);
    return at == ring.tail() ? -1 : ring.sequence(at);
  }

  /** The message when it waits here and is in memory. */
  public @Nullable Kept message(long sequence) {
    int slot = slotOf(sequence);
    return slot == SequenceRing.HOLE ? null : table.message(slot);
  }

  /** Keeps a message that was read from disk in memory; of no effect if it waits no more. */
  public void remember(long sequence, Kept message) {
    int slot = slotOf(sequence);
    if (slot != SequenceRing.HOLE) {
      table.remember(slot, message);
    }
  }

  /**
   * Where to read a message that waits here. It may be moved later, so it is read at once.
   *
   * @throws IllegalArgumentException it does not wait here
   */
  public Place place(long sequence) {
    int slot = slotOf(sequence);
    if (slot == SequenceRing.HOLE) {
      throw new IllegalArgumentException("Message " + sequence + " does not wait in " + name);
    }
    return table.placeOf(slot);
  }

  /** Whether a message waits here. */
  public boolean holds(long sequence) {
    return slotOf(sequence) != SequenceRing.HOLE;
  }

  /** Notes that a message was consumed; of no effect if it does not wait here. */
  public void remove(long sequence) {
    long at = ring.find(sequence);
    if (at >= 0 && ring.slot(at) != SequenceRing.HOLE) {
      consumed++;
      take(at);
    }
  }

  /** Drops one that was found to be too old; of no effect if it does not wait here. */
  public void expire(long sequence) {
    long at = ring.find(sequence);
    if (at >= 0 && ring.slot(at) != SequenceRing.HOLE) {
      dropOld(at);
    }
  }

  private void dropOld(long at) {
    expired++;
    table.expired++;
    moved = true;
    take(at);
  }

  /** Puts a message of a higher sequence than all before at the end. */
  void add(long sequence, int slot) {
    ring.add(sequence, slot);
    last = Math.max(last, sequence);
    size++;
    bytes += Packed.length(table.place(slot));
    if (table.expiryMillis(slot) != Kept.NEVER) {
      mortal++;
    }
  }

  /** As {@link #add}, of a frame found on disk: in any order, or again. {@link #settle} follows. */
  void restore(long sequence, int slot) {
    if (sequence < below) {
      table.release(slot);
      return;
    }
    unsorted |= !ring.isEmpty() && sequence <= ring.sequence(ring.tail() - 1);
    add(sequence, slot);
  }

  /** Applies a cursor found on disk. */
  void restore(Cursor cursor) {
    below = Math.max(below, cursor.below());
    expired = cursor.expired();
    overQuota = cursor.overQuota();
    last = Math.max(last, below - 1);
    while (!unsorted && size > 0 && ring.sequence(ring.head()) < below) {
      take(ring.head());
    }
    moved = false;
  }

  /** Brings what was restored into order; of several frames of a message the last one counts. */
  void settle() {
    if (unsorted) {
      unsorted = false;
      ring.sort(this::release);
    }
    while (size > 0 && ring.sequence(ring.head()) < below) {
      take(ring.head());
    }
    moved = false;
  }

  /** The cursor as it is now. */
  Cursor cursor() {
    long first = size == 0 ? last + 1 : ring.sequence(ring.head());
    return new Cursor(first, expired, overQuota);
  }

  /** The head's sequence; the queue is not empty. */
  long headSequence() {
    return ring.sequence(ring.head());
  }

  /** Gives the head up for want of room, or because it is too old anyway. */
  void giveWay(long nowMillis) {
    if (table.isExpired(ring.slot(ring.head()), nowMillis)) {
      dropOld(ring.head());
    } else {
      overQuota++;
      table.overQuota++;
      moved = true;
      take(ring.head());
    }
  }

  /** Drops those at the head that are too old. */
  void expireHead(long nowMillis) {
    while (size > 0 && mortal > 0 && table.isExpired(ring.slot(ring.head()), nowMillis)) {
      dropOld(ring.head());
    }
  }

  /** Drops all that are too old. */
  void sweep(long nowMillis) {
    if (mortal == 0) {
      return;
    }
    for (long at = ring.head(); at < ring.tail(); at++) {
      int slot = ring.slot(at);
      if (slot != SequenceRing.HOLE && table.isExpired(slot, nowMillis)) {
        dropOld(at);
      }
    }
  }

  /** Gives back the memory of a queue that was long once. */
  void shrink() {
    ring.shrink();
  }

  void clear() {
    for (long at = ring.head(); at < ring.tail(); at++) {
      if (ring.slot(at) != SequenceRing.HOLE) {
        take(at);
      }
    }
  }

  /** The message's slot in the table; -1 when it does not wait here. */
  int slotOf(long sequence) {
    return ring.slotOf(sequence);
  }

  private void take(long at) {
    release(ring.slot(at));
    moved |= ring.take(at);
  }

  private void release(int slot) {
    size--;
    bytes -= Packed.length(table.place(slot));
    if (table.expiryMillis(slot) != Kept.NEVER) {
      mortal--;
    }
    table.release(slot);
  }
}
