package dev.larder.cache.slice;

/**
 * Which object of a drive goes next: S3-FIFO (Yang et al., SOSP 2023) by bytes. New objects enter a
 * small queue of a tenth of the drive. Those used again while they are in it move on to the main
 * queue, the others go and leave a ghost; an object that comes while its ghost is remembered enters
 * the main queue at once. So what passes by once displaces only what passed by once. The main queue
 * gives what was used another round for each use. What is busy or kept by the administrator is
 * passed over.
 */
final class EvictionOrder {
  /** Uses since it was last looked at, at most as many. */
  static final int USES = 0x03;

  static final int MAIN = 0x04;

  /** The administrator's wish. */
  static final int KEPT = 0x08;

  /** In use or being fetched. */
  static final int BUSY = 0x10;

  /** An object's share in its drive beside its content: its metadata file and its folder entry. */
  static final long OBJECT_BYTES = 4_096;

  private static final int QUEUES = 2;
  private static final int SMALL_QUEUE = 0;
  private static final int MAIN_QUEUE = 1;
  private static final long SMALL_PART = 10;

  private final ObjectTable table;
  private final Ghosts ghosts = new Ghosts();
  private final int[] newest = {ObjectTable.NONE, ObjectTable.NONE};
  private final int[] oldest = {ObjectTable.NONE, ObjectTable.NONE};
  private final long[] bytes = new long[QUEUES];
  private final long[] evictable = new long[QUEUES];
  private long sizeBytes;
  private long stamps;

  EvictionOrder(ObjectTable table, long sizeBytes) {
    this.table = table;
    this.sizeBytes = sizeBytes;
  }

  void resize(long size) {
    sizeBytes = size;
  }

  /** What all objects take. */
  long bytes() {
    return bytes[SMALL_QUEUE] + bytes[MAIN_QUEUE];
  }

  /** What those take that may go now. */
  long evictable() {
    return evictable[SMALL_QUEUE] + evictable[MAIN_QUEUE];
  }

  long charge(int row) {
    return table.kept(row) + OBJECT_BYTES;
  }

  /** Takes in a new object. */
  void add(int row) {
    table.set(row, MAIN, ghosts.take(table.key(row).low()));
    link(row);
  }

  /** Takes in an object in the queue and with the stamp that it has; called by rising stamps. */
  void restore(int row) {
    long stamp = table.stamp(row);
    link(row);
    table.setStamp(row, stamp);
    stamps = Math.max(stamps, stamp + 1);
  }

  void remove(int row) {
    unlink(row);
  }

  /** An object's content became more or less. */
  void grow(int row, long more) {
    table.setKept(row, table.kept(row) + more);
    account(row, more);
  }

  /** An object was used once more; false when that changes nothing. */
  boolean use(int row) {
    int state = table.state(row);
    if ((state & USES) == USES) {
      return false;
    }
    table.setState(row, state + 1);
    return true;
  }

  void setBusy(int row, boolean on) {
    setFlag(row, BUSY, on);
  }

  void setKept(int row, boolean on) {
    setFlag(row, KEPT, on);
  }

  private void setFlag(int row, int flag, boolean on) {
    boolean before = mayGo(row);
    table.set(row, flag, on);
    if (before != mayGo(row)) {
      evictable[queue(row)] += before ? -charge(row) : charge(row);
    }
  }

  /** The object that is to go; {@link ObjectTable#NONE} when all that is left must stay. */
  int victim() {
    while (evictable() > 0) {
      boolean small =
          evictable[SMALL_QUEUE] > 0
              && (bytes[SMALL_QUEUE] > sizeBytes / SMALL_PART || evictable[MAIN_QUEUE] == 0);
      int row = oldest[small ? SMALL_QUEUE : MAIN_QUEUE];
      int uses = table.state(row) & USES;
      if (!mayGo(row)) {
        again(row, table.state(row));
      } else if (uses == 0) {
        if (small) {
          long most = sizeBytes - sizeBytes / SMALL_PART;
          ghosts.add(table.key(row).low(), charge(row), most);
        }
        return row;
      } else {
        again(row, small ? (table.state(row) & ~USES) | MAIN : table.state(row) - 1);
      }
    }
    return ObjectTable.NONE;
  }

  /** Moves a row to the new end of the queue that its new state puts it in. */
  private void again(int row, int state) {
    unlink(row);
    table.setState(row, state);
    link(row);
  }

  private boolean mayGo(int row) {
    return (table.state(row) & (BUSY | KEPT)) == 0;
  }

  private int queue(int row) {
    return table.is(row, MAIN) ? MAIN_QUEUE : SMALL_QUEUE;
  }

  private void account(int row, long more) {
    int queue = queue(row);
    bytes[queue] += more;
    if (mayGo(row)) {
      evictable[queue] += more;
    }
  }

  private void link(int row) {
    int queue = queue(row);
    int last = newest[queue];
    table.setStamp(row, stamps++);
    table.setPrevious(row, last);
    table.setNext(row, ObjectTable.NONE);
    if (last == ObjectTable.NONE) {
      oldest[queue] = row;
    } else {
      table.setNext(last, row);
    }
    newest[queue] = row;
    account(row, charge(row));
  }

  private void unlink(int row) {
    int queue = queue(row);
    int before = table.previous(row);
    int after = table.next(row);
    if (before == ObjectTable.NONE) {
      oldest[queue] = after;
    } else {
      table.setNext(before, after);
    }
    if (after == ObjectTable.NONE) {
      newest[queue] = before;
    } else {
      table.setPrevious(after, before);
    }
    account(row, -charge(row));
  }
}
