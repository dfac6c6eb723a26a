package dev.larder.cache.slice;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * One object of which something is kept: which slices are present, which of those are proven, which
 * are being fetched. Changed by its {@link ContentIndex} only.
 */
public final class CachedObject {
  private final long id;
  private final String key;
  private final String drive;
  private final DriveSpace space;
  private final int row;
  private volatile ObjectMeta meta;
  private final BitSet present = new BitSet();
  private final BitSet proven = new BitSet();
  private final Map<Integer, Fetch> fetching = new HashMap<>();
  private int[] checksums = new int[0];
  private int pins;
  private volatile boolean gone;
  private volatile Lease lease;
  private boolean inOneAnswer;

  /** Bytes read less bytes fetched: what a fetch brings is paid for by its first reading. */
  private long credit;

  CachedObject(long id, String key, String drive, ObjectMeta meta, DriveSpace space, int row) {
    this.id = id;
    this.key = key;
    this.drive = drive;
    this.meta = meta;
    this.space = space;
    this.row = row;
    this.lease = new Lease(meta, this, 0, 0);
  }

  /** Names its files; a larger one every time an object is made, even for the same key. */
  public long id() {
    return id;
  }

  public String key() {
    return key;
  }

  /** The folder of the drive that it is on. */
  public String drive() {
    return drive;
  }

  public ObjectMeta meta() {
    return meta;
  }

  /** What was last found out about its freshness; for nobody's terms at first. */
  public Lease lease() {
    return lease;
  }

  public void setLease(Lease found) {
    lease = found;
  }

  /**
   * Whether it was evicted, replaced or put to sleep; nothing may be served through this any more.
   */
  public boolean isGone() {
    return gone;
  }

  /** Whether all slices that hold bytes of the span are present and proven. */
  public boolean holds(long start, long end) {
    if (start >= end) {
      return true;
    }
    int first = SliceMath.sliceOf(start);
    int last = SliceMath.sliceOf(end - 1);
    return proven.nextClearBit(first) > last;
  }

  /** Whether all slices that hold bytes of the span are present; some may be unproven still. */
  public boolean keeps(long start, long end) {
    return start >= end
        || present.nextClearBit(SliceMath.sliceOf(start)) > SliceMath.sliceOf(end - 1);
  }

  /** Whether any slice of the span is present. */
  public boolean holdsSome(long start, long end) {
    if (start >= end) {
      return false;
    }
    int at = present.nextSetBit(SliceMath.sliceOf(start));
    return at >= 0 && at <= SliceMath.sliceOf(end - 1);
  }

  /** Whether the origin answers with all of it whatever range it is asked for. */
  public boolean isInOneAnswer() {
    return inOneAnswer;
  }

  /** The checksum of a present slice. */
  public int checksum(int slice) {
    return checksums[slice];
  }

  /** What can be read at a position now. */
  public Reach reach(long position, long end) {
    if (gone) {
      return new Reach.Gone();
    }
    int first = SliceMath.sliceOf(position);
    if (present.get(first) && !proven.get(first)) {
      return new Reach.Unproven(first);
    }
    long upTo = position;
    int slice = first;
    while (upTo < end && proven.get(slice)) {
      upTo = SliceMath.endOf(slice, meta.length());
      slice++;
    }
    var fetch = upTo < end ? fetching.get(slice) : null;
    if (fetch != null) {
      upTo = Math.max(upTo, Math.min(fetch.position(), SliceMath.endOf(slice, meta.length())));
    }
    if (upTo > position) {
      return new Reach.Ready(Math.min(upTo, end) - position);
    }
    return fetch == null ? new Reach.Missing() : new Reach.Coming(fetch);
  }

  DriveSpace space() {
    return space;
  }

  /** Its row in its drive's table, as long as it is not gone. */
  int row() {
    return row;
  }

  /** Takes in bytes read, or fetched if negative; true when all of it was read once more. */
  boolean pay(long bytes, long kept) {
    credit += bytes;
    if (credit < Math.max(1, kept)) {
      return false;
    }
    credit = 0;
    return true;
  }

  boolean isProven() {
    return proven.cardinality() == present.cardinality();
  }

  boolean isFree(int slice) {
    return !present.get(slice) && !fetching.containsKey(slice);
  }

  boolean isIdle() {
    return pins == 0 && fetching.isEmpty();
  }

  long presentBytes() {
    return present.stream().mapToLong(this::lengthOf).sum();
  }

  int lengthOf(int slice) {
    return (int) (SliceMath.endOf(slice, meta.length()) - SliceMath.startOf(slice));
  }

  void setPresent(int slice, int checksum, boolean isProven) {
    if (checksums.length <= slice) {
      int count = SliceMath.count(meta.length());
      checksums =
          Arrays.copyOf(checksums, Math.min(count, Math.max(slice + 1, 2 * checksums.length)));
    }
    checksums[slice] = checksum;
    present.set(slice);
    proven.set(slice, isProven);
  }

  /** Takes in what its metadata file says: checksums by slice. */
  void restore(Map<Integer, Integer> marks, boolean areProven) {
    int count = SliceMath.count(meta.length());
    marks.forEach((slice, checksum) -> {
      if (slice >= 0 && slice < count) {
        setPresent(slice, checksum, areProven);
      }
    });
  }

  void setAbsent(int slice) {
    present.clear(slice);
    proven.clear(slice);
  }

  boolean isUnproven(int slice) {
    return present.get(slice) && !proven.get(slice);
  }

  Map<Integer, Fetch> fetching() {
    return fetching;
  }

  void pin() {
    pins++;
  }

  void unpin() {
    pins--;
  }

  int pins() {
    return pins;
  }

  void setMeta(ObjectMeta now) {
    meta = now;
  }

  void setGone() {
    gone = true;
  }

  void setInOneAnswer() {
    inOneAnswer = true;
  }
}
