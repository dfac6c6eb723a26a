package dev.larder.cache.slice;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What a drive keeps: a row an object, the order of eviction, and what is yet to be written to the
 * drive's index journal. A new one is filled from a journal, then handed to the {@link
 * ContentIndex}.
 */
public final class DriveSpace {
  /** All present slices were proven since the start. */
  static final int PROVEN = 0x20;

  /** The queue, uses and pin: what a journal remembers. */
  private static final int REMEMBERED =
      EvictionOrder.USES | EvictionOrder.MAIN | EvictionOrder.KEPT;

  /** More than this is not written late: hints are left out. */
  private static final int MOST_HINT_BYTES = 1 << 20;

  private static final int FEWEST_PENDING_BYTES = 64 * IndexRecord.BYTES;

  private final ObjectTable table = new ObjectTable();
  private final EvictionOrder order;
  private final CRC32C crc = new CRC32C();
  private ByteBuffer pending = ByteBuffer.allocate(FEWEST_PENDING_BYTES);
  private long sizeBytes;
  private long pinnedBytes;
  private long newestId;

  public DriveSpace(long sizeBytes) {
    this.sizeBytes = sizeBytes;
    this.order = new EvictionOrder(table, sizeBytes);
  }

  /** Makes room for so many objects at once. */
  public void expect(int objects) {
    table.expect(objects);
  }

  /**
   * Takes in records from a journal and passes over broken ones: what they said of an object is
   * found out from its files. The buffer's limit is at the end of a record.
   *
   * @return how many were broken
   */
  public int replay(ByteBuffer records) {
    int broken = 0;
    for (int at = records.position(); at < records.limit(); at += IndexRecord.BYTES) {
      if (IndexRecord.isWhole(records, at, crc)) {
        replay(records, at);
      } else {
        broken++;
      }
    }
    return broken;
  }

  private void replay(ByteBuffer records, int at) {
    var key = IndexRecord.key(records, at);
    long id = IndexRecord.id(records, at);
    int says = IndexRecord.says(records, at);
    int row = table.find(key);
    newestId = Math.max(newestId, id);
    if (says == IndexRecord.GONE) {
      if (row != ObjectTable.NONE && table.id(row) == id) {
        table.remove(row);
      }
      return;
    }
    if (row == ObjectTable.NONE) {
      row = table.add(key, id);
    } else if (table.id(row) > id) {
      return;
    }
    table.setId(row, id);
    table.setKept(row, IndexRecord.kept(records, at));
    table.setStamp(row, IndexRecord.stamp(records, at));
    table.setState(row, says & REMEMBERED);
  }

  /** The journal has ended: brings all objects into their order. */
  public void replayed() {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(table.rows());
    var byStamp = new long[table.size()];
    int count = 0;
    for (int row = 0; row < table.rows(); row++) {
      if (table.isUsed(row)) {
        byStamp[count++] = table.stamp(row) << bits | row;
      }
    }
    Arrays.sort(byStamp);
    for (long each : byStamp) {
      int row = (int) (each & (1L << bits) - 1);
      order.restore(row);
      if (table.is(row, EvictionOrder.KEPT)) {
        pinnedBytes += order.charge(row);
      }
    }
  }

  public int objects() {
    return table.size();
  }

  /** The largest id that the journal named. */
  public long newestId() {
    return newestId;
  }

  /**
   * Writes the records of objects from a row on, as many as there is room for.
   *
   * @return the row to go on from, -1 when all are written
   */
  public int snapshot(int from, ByteBuffer out) {
    for (int row = from; row < table.rows(); row++) {
      if (out.remaining() < IndexRecord.BYTES) {
        return row;
      }
      if (table.isUsed(row)) {
        write(out, row);
      }
    }
    return -1;
  }

  int page(String drive, int from, int most, List<Stored> into) {
    int row = from;
    for (; row < table.rows() && row - from < most; row++) {
      if (table.isUsed(row)) {
        into.add(new Stored(drive, table.id(row), table.key(row)));
      }
    }
    return row < table.rows() ? row : -1;
  }

  /** What is to be written to the journal, in order; it is the caller's to write then. */
  public ByteBuffer takePending() {
    var taken = pending.flip();
    pending = ByteBuffer.allocate(FEWEST_PENDING_BYTES);
    return taken;
  }

  public boolean hasPending() {
    return pending.position() > 0;
  }

  long sizeBytes() {
    return sizeBytes;
  }

  long usedBytes() {
    return order.bytes();
  }

  long freeBytes() {
    return sizeBytes - order.bytes();
  }

  long evictableBytes() {
    return order.evictable();
  }

  void resize(long bytes) {
    sizeBytes = bytes;
    order.resize(bytes);
  }

  int find(KeyHash key) {
    return table.find(key);
  }

  long id(int row) {
    return table.id(row);
  }

  KeyHash key(int row) {
    return table.key(row);
  }

  long keptBytes(int row) {
    return table.kept(row);
  }

  boolean isProven(int row) {
    return table.is(row, PROVEN);
  }

  void setProven(int row, boolean proven) {
    table.set(row, PROVEN, proven);
  }

  /** Takes in an object, busy or not; what it takes must have been freed. */
  int add(KeyHash key, long id, long kept) {
    int row = table.add(key, id);
    table.setKept(row, kept);
    order.add(row);
    put(row);
    return row;
  }

  void remove(int row) {
    if (table.is(row, EvictionOrder.KEPT)) {
      pinnedBytes -= order.charge(row);
    }
    order.remove(row);
    table.remove(row);
  }

  /** The files of an object that was removed are no more. */
  void gone(KeyHash key, long id) {
    reserve();
    IndexRecord.write(pending, key, id, 0, 0, IndexRecord.GONE, crc);
  }

  void grow(int row, long bytes) {
    order.grow(row, bytes);
    if (table.is(row, EvictionOrder.KEPT)) {
      pinnedBytes += bytes;
    }
  }

  void setBusy(int row, boolean busy) {
    order.setBusy(row, busy);
  }

  void use(int row) {
    if (order.use(row) && pending.position() < MOST_HINT_BYTES) {
      put(row);
    }
  }

  int victim() {
    return order.victim();
  }

  boolean isPinned(int row) {
    return table.is(row, EvictionOrder.KEPT);
  }

  /** At most half of a drive may be pinned, so that there is always room for something new. */
  boolean mayPin(long bytes) {
    return pinnedBytes + bytes <= sizeBytes / 2;
  }

  void setPinned(int row, boolean pinned) {
    if (isPinned(row) != pinned) {
      pinnedBytes += pinned ? order.charge(row) : -order.charge(row);
      order.setKept(row, pinned);
      put(row);
    }
  }

  /** What is known of an object is to be written. */
  void put(int row) {
    reserve();
    write(pending, row);
  }

  private void write(ByteBuffer out, int row) {
    int says = table.state(row) & REMEMBERED;
    IndexRecord.write(
        out, table.key(row), table.id(row), table.kept(row), table.stamp(row), says, crc);
  }

  private void reserve() {
    if (pending.remaining() < IndexRecord.BYTES) {
      pending = ByteBuffer.allocate(2 * pending.capacity()).put(pending.flip());
    }
  }
}
