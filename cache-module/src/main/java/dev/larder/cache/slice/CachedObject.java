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
  private final String id;
  private final String key;
  private final String drive;
  private volatile ObjectMeta meta;
  private final BitSet present = new BitSet();
  private final BitSet proven = new BitSet();
  private final Map<Integer, Fetch> fetching = new HashMap<>();
  private int[] checksums = new int[0];
  private int pins;
  private volatile boolean gone;
  private volatile Lease lease;
  private boolean inOneAnswer;

  CachedObject(String id, String key, String drive, ObjectMeta meta) {
    this.id = id;
    this.key = key;
    this.drive = drive;
    this.meta = meta;
    this.lease = new Lease(meta, this, 0, 0);
  }

  /** Names its files; another every time an object is made, even for the same key. */
  public String id() {
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

  /** Whether it was evicted or replaced; nothing of it may be served any more. */
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
