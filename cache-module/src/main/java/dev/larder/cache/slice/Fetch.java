package dev.larder.cache.slice;

import java.util.BitSet;
import java.util.Optional;

/**
 * One request to an origin under way: a run of slices of one object. Its slices are nobody else's
 * until each is complete or the fetch ends.
 */
public final class Fetch {
  private final CachedObject object;
  private final BitSet claimed;
  private long position;
  private Optional<FetchFailure> failure = Optional.empty();

  Fetch(CachedObject object, int first, int end) {
    this.object = object;
    this.claimed = new BitSet();
    this.claimed.set(first, end);
    this.position = SliceMath.startOf(first);
  }

  public CachedObject object() {
    return object;
  }

  /**
   * Where the next byte from the origin goes: all bytes of claimed slices before it are written.
   */
  public long position() {
    return position;
  }

  /** The position after the last byte that this fetch is to bring. */
  public long end() {
    return SliceMath.endOf(claimed.length() - 1, object.meta().length());
  }

  /** Whether all that it claimed is complete or given up. */
  public boolean isDone() {
    return claimed.isEmpty();
  }

  /** The slices that it is yet to bring. */
  public BitSet slices() {
    return (BitSet) claimed.clone();
  }

  public boolean claims(int slice) {
    return claimed.get(slice);
  }

  /** Why it ended early; empty while it runs and when all has come. */
  public Optional<FetchFailure> failure() {
    return failure;
  }

  BitSet claimed() {
    return claimed;
  }

  void moveTo(long next) {
    position = next;
  }

  void fail(FetchFailure reason) {
    failure = Optional.of(reason);
  }
}
