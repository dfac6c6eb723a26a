package dev.larder.cache.slice;

import java.util.Arrays;

/**
 * A row for every object of a drive, in columns of numbers: some 64 bytes an object, whatever it
 * is. A row's number stays the same as long as its object is kept. Rows are found by their key's
 * hash, through open addressing with linear probing.
 */
final class ObjectTable {
  static final int NONE = -1;

  private static final int FEWEST_SLOTS = 1 << 10;
  private static final int FEWEST_ROWS = 256;
  private static final byte UNUSED = (byte) 0x80;

  private long[] high = new long[0];
  private long[] low = new long[0];
  private long[] id = new long[0];
  private long[] kept = new long[0];
  private long[] stamp = new long[0];
  private int[] previous = new int[0];
  private int[] next = new int[0];
  private byte[] state = new byte[0];
  private int[] slots = new int[FEWEST_SLOTS];
  private int rows;
  private int free = NONE;
  private int size;

  int size() {
    return size;
  }

  /** One more than the largest row in use. */
  int rows() {
    return rows;
  }

  boolean isUsed(int row) {
    return state[row] != UNUSED;
  }

  /** Makes room for so many rows at once. */
  void expect(int count) {
    if (count > high.length) {
      grow(count);
    }
    int wanted = slots.length;
    while (wanted < 2 * Math.max(count, size)) {
      wanted *= 2;
    }
    if (wanted > slots.length) {
      rehash(wanted);
    }
  }

  /** The row of a key, or {@link #NONE}. */
  int find(KeyHash key) {
    int mask = slots.length - 1;
    for (int slot = (int) key.low() & mask; slots[slot] != 0; slot = slot + 1 & mask) {
      int row = slots[slot] - 1;
      if (low[row] == key.low() && high[row] == key.high()) {
        return row;
      }
    }
    return NONE;
  }

  /** Adds a key that has no row; all else of the row is zero. */
  int add(KeyHash key, long objectId) {
    if (2 * (size + 1) > slots.length) {
      rehash(slots.length * 2);
    }
    int row = free;
    if (row == NONE) {
      if (rows == high.length) {
        grow(Math.max(FEWEST_ROWS, rows + (rows >> 1)));
      }
      row = rows++;
    } else {
      free = next[row];
    }
    high[row] = key.high();
    low[row] = key.low();
    id[row] = objectId;
    kept[row] = 0;
    stamp[row] = 0;
    state[row] = 0;
    place(row);
    size++;
    return row;
  }

  void remove(int row) {
    int mask = slots.length - 1;
    int hole = (int) low[row] & mask;
    while (slots[hole] - 1 != row) {
      hole = hole + 1 & mask;
    }
    for (int slot = hole + 1 & mask; slots[slot] != 0; slot = slot + 1 & mask) {
      int home = (int) low[slots[slot] - 1] & mask;
      if ((slot - home & mask) >= (slot - hole & mask)) {
        slots[hole] = slots[slot];
        hole = slot;
      }
    }
    slots[hole] = 0;
    state[row] = UNUSED;
    next[row] = free;
    free = row;
    size--;
  }

  private void place(int row) {
    int mask = slots.length - 1;
    int slot = (int) low[row] & mask;
    while (slots[slot] != 0) {
      slot = slot + 1 & mask;
    }
    slots[slot] = row + 1;
  }

  private void rehash(int count) {
    slots = new int[count];
    for (int row = 0; row < rows; row++) {
      if (isUsed(row)) {
        place(row);
      }
    }
  }

  private void grow(int count) {
    high = Arrays.copyOf(high, count);
    low = Arrays.copyOf(low, count);
    id = Arrays.copyOf(id, count);
    kept = Arrays.copyOf(kept, count);
    stamp = Arrays.copyOf(stamp, count);
    previous = Arrays.copyOf(previous, count);
    next = Arrays.copyOf(next, count);
    state = Arrays.copyOf(state, count);
  }

  KeyHash key(int row) {
    return new KeyHash(high[row], low[row]);
  }

  long id(int row) {
    return id[row];
  }

  void setId(int row, long objectId) {
    id[row] = objectId;
  }

  long kept(int row) {
    return kept[row];
  }

  void setKept(int row, long bytes) {
    kept[row] = bytes;
  }

  long stamp(int row) {
    return stamp[row];
  }

  void setStamp(int row, long number) {
    stamp[row] = number;
  }

  int previous(int row) {
    return previous[row];
  }

  void setPrevious(int row, int other) {
    previous[row] = other;
  }

  int next(int row) {
    return next[row];
  }

  void setNext(int row, int other) {
    next[row] = other;
  }

  boolean is(int row, int flag) {
    return (state[row] & flag) != 0;
  }

  void set(int row, int flag, boolean on) {
    state[row] = (byte) (on ? state[row] | flag : state[row] & ~flag);
  }

  int state(int row) {
    return state[row];
  }

  void setState(int row, int bits) {
    state[row] = (byte) bits;
  }
}
