package dev.larder.hub.log;

import dev.larder.hub.message.Kept;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The messages that wait in some queue, once each, in parallel arrays so that a message that is not
 * in memory takes no object. A message is known by its slot.
 *
 * <p>Messages in memory are a list from the oldest to the newest; when they take more than their
 * bound the oldest are forgotten, since a message that just came is the likeliest to be asked for.
 */
final class MessageTable {
  private static final int NONE = -1;
  private static final int FIRST_CAPACITY = 256;

  private final LogSegments segments;
  private long[] places = new long[FIRST_CAPACITY];
  private long[] expiries = new long[FIRST_CAPACITY];
  private int[] waits = new int[FIRST_CAPACITY];
  private int[] older = new int[FIRST_CAPACITY];
  private int[] newer = new int[FIRST_CAPACITY];
  private @Nullable Kept[] messages = new Kept[FIRST_CAPACITY];
  private int used;
  private int free = NONE;
  private int size;
  private int oldest = NONE;
  private int newest = NONE;
  private long cachedBytes;
  private long cacheBytes;

  /** Messages that grew too old in a queue, of all queues since the start. */
  long expired;

  /** Messages that gave way to newer ones, likewise. */
  long overQuota;

  MessageTable(LogSegments segments, long cacheBytes) {
    this.segments = segments;
    this.cacheBytes = cacheBytes;
  }

  /**
   * Takes a message in; its place becomes live.
   *
   * @param count of the queues it waits in, at least one
   */
  int add(long place, long expiryMillis, int count, @Nullable Kept message) {
    int slot = free;
    if (slot == NONE) {
      if (used == places.length) {
        grow();
      }
      slot = used++;
    } else {
      free = newer[slot];
    }
    size++;
    places[slot] = place;
    expiries[slot] = expiryMillis;
    waits[slot] = count;
    segments.retain(place);
    if (message != null) {
      remember(slot, message);
    }
    return slot;
  }

  /** Notes that it waits in one queue less; in none it is gone. */
  void release(int slot) {
    if (--waits[slot] == 0) {
      segments.release(places[slot]);
      forget(slot);
      newer[slot] = free;
      free = slot;
      size--;
    }
  }

  /** Messages that wait. */
  int size() {
    return size;
  }

  long place(int slot) {
    return places[slot];
  }

  Place placeOf(int slot) {
    return segments.placeOf(places[slot]);
  }

  void move(int slot, long place) {
    segments.retain(place);
    segments.release(places[slot]);
    places[slot] = place;
  }

  long expiryMillis(int slot) {
    return expiries[slot];
  }

  boolean isExpired(int slot, long nowMillis) {
    return expiries[slot] != Kept.NEVER && expiries[slot] <= nowMillis;
  }

  @Nullable Kept message(int slot) {
    return messages[slot];
  }

  void remember(int slot, Kept message) {
    if (messages[slot] != null) {
      return;
    }
    messages[slot] = message;
    cachedBytes += message.weight();
    older[slot] = newest;
    newer[slot] = NONE;
    if (newest == NONE) {
      oldest = slot;
    } else {
      newer[newest] = slot;
    }
    newest = slot;
    trim();
  }

  private void forget(int slot) {
    var message = messages[slot];
    if (message == null) {
      return;
    }
    messages[slot] = null;
    cachedBytes -= message.weight();
    int before = older[slot];
    int after = newer[slot];
    if (before == NONE) {
      oldest = after;
    } else {
      newer[before] = after;
    }
    if (after == NONE) {
      newest = before;
    } else {
      older[after] = before;
    }
  }

  void bound(long bytes) {
    cacheBytes = bytes;
    trim();
  }

  private void trim() {
    while (cachedBytes > cacheBytes && oldest != newest) {
      forget(oldest);
    }
  }

  private void grow() {
    int capacity = places.length * 2;
    places = Arrays.copyOf(places, capacity);
    expiries = Arrays.copyOf(expiries, capacity);
    waits = Arrays.copyOf(waits, capacity);
    older = Arrays.copyOf(older, capacity);
    newer = Arrays.copyOf(newer, capacity);
    messages = Arrays.copyOf(messages, capacity);
  }
}
