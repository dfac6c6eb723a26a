package dev.larder.cache.slice;

/**
 * Keys of objects that went without a second use, the oldest forgotten first: by their number and
 * by the bytes that they took. A key is remembered by 64 bits of its hash; a mistake costs a better
 * place in a queue, no more.
 */
final class Ghosts {
  private static final int FEWEST = 1 << 10;
  private static final int MOST = 1 << 19;

  /** A ring, the oldest at {@code first}; 0 bytes marks one that came back. */
  private long[] keys = new long[FEWEST];

  private long[] sizes = new long[FEWEST];

  /** Open addressing: the place in the ring of each key, plus 1. */
  private int[] slots = new int[2 * FEWEST];

  private int first;
  private int count;
  private long bytes;

  int count() {
    return count;
  }

  /** Remembers a key, and forgets the oldest until all together took at most so many bytes. */
  void add(long key, long size, long mostBytes) {
    take(key);
    if (count == keys.length) {
      if (count < MOST) {
        grow();
      } else {
        forgetOldest();
      }
    }
    int place = first + count & keys.length - 1;
    keys[place] = key;
    sizes[place] = Math.max(1, size);
    count++;
    bytes += sizes[place];
    insert(place);
    while (bytes > mostBytes) {
      forgetOldest();
    }
  }

  /** Whether a key is remembered; it is not any more. */
  boolean take(long key) {
    int mask = slots.length - 1;
    for (int slot = (int) key & mask; slots[slot] != 0; slot = slot + 1 & mask) {
      int place = slots[slot] - 1;
      if (keys[place] == key) {
        bytes -= sizes[place];
        sizes[place] = 0;
        delete(slot);
        return true;
      }
    }
    return false;
  }

  private void forgetOldest() {
    if (sizes[first] > 0) {
      take(keys[first]);
    }
    first = first + 1 & keys.length - 1;
    count--;
  }

  private void insert(int place) {
    int mask = slots.length - 1;
    int slot = (int) keys[place] & mask;
    while (slots[slot] != 0) {
      slot = slot + 1 & mask;
    }
    slots[slot] = place + 1;
  }

  private void delete(int slot) {
    int mask = slots.length - 1;
    int hole = slot;
    for (int at = hole + 1 & mask; slots[at] != 0; at = at + 1 & mask) {
      int home = (int) keys[slots[at] - 1] & mask;
      if ((at - home & mask) >= (at - hole & mask)) {
        slots[hole] = slots[at];
        hole = at;
      }
    }
    slots[hole] = 0;
  }

  private void grow() {
    var oldKeys = keys;
    var oldSizes = sizes;
    int from = first;
    keys = new long[2 * oldKeys.length];
    sizes = new long[keys.length];
    slots = new int[2 * keys.length];
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int place = from + i & oldKeys.length - 1;
      if (oldSizes[place] > 0) {
        keys[kept] = oldKeys[place];
        sizes[kept] = oldSizes[place];
        insert(kept);
        kept++;
      }
    }
    first = 0;
    count = kept;
  }
}
