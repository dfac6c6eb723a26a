package dev.larder.cache.slice;

import java.util.ArrayList;
import java.util.List;

/**
 * Which slices of objects are here and which are being fetched. It decides; disk and network are
 * its caller's, who also sees to it that one thread at a time is in here.
 *
 * <p>Promise: a slice is claimed by one fetch at a time and never while it is present.
 */
public final class ContentIndex {
  private final KeptObjects kept;

  public ContentIndex(KeptObjects kept) {
    this.kept = kept;
  }

  /**
   * Claims what nobody has and nobody brings among the slices of a span.
   *
   * @param longest the most slices that one request may ask for
   */
  public Claim claim(CachedObject object, long start, long end, int longest) {
    var fetches = new ArrayList<Fetch>();
    var evicted = new ArrayList<Stored>();
    boolean refused = false;
    int last = start < end ? SliceMath.sliceOf(end - 1) : -1;
    int slice = SliceMath.sliceOf(start);
    while (slice <= last && !refused && !object.isGone()) {
      int first = slice;
      while (slice <= last && slice - first < longest && object.isFree(slice)) {
        if (!reserve(object, slice, evicted)) {
          refused = true;
          break;
        }
        slice++;
      }
      if (slice > first) {
        var fetch = new Fetch(object, first, slice);
        fetch.claimed().stream().forEach(each -> object.fetching().put(each, fetch));
        fetches.add(fetch);
      } else {
        slice++;
      }
    }
    if (!fetches.isEmpty()) {
      object.space().put(object.row());
    }
    return new Claim(fetches, evicted, refused);
  }

  /** Claims all of an object whose origin sends nothing less. */
  public Claim claimWhole(CachedObject object) {
    object.setInOneAnswer();
    return claim(object, 0, object.meta().length(), Integer.MAX_VALUE);
  }

  private boolean reserve(CachedObject object, int slice, List<Stored> evicted) {
    var space = object.space();
    int bytes = object.lengthOf(slice);
    if ((space.isPinned(object.row()) && !space.mayPin(bytes))
        || !kept.makeRoom(object.drive(), space, bytes, evicted)) {
      return false;
    }
    space.grow(object.row(), bytes);
    return true;
  }

  /**
   * The origin answers with the whole object whatever it is asked: the fetch begins anew at 0 and
   * claims all that is free. Gaps that others claimed or that are present pass by.
   */
  public Claim widen(Fetch fetch) {
    var object = fetch.object();
    var evicted = new ArrayList<Stored>();
    boolean refused = false;
    object.setInOneAnswer();
    fetch.moveTo(0);
    int count = SliceMath.count(object.meta().length());
    for (int slice = 0; slice < count && !refused && !object.isGone(); slice++) {
      if (object.isFree(slice)) {
        refused = !reserve(object, slice, evicted);
        if (!refused) {
          fetch.claimed().set(slice);
          object.fetching().put(slice, fetch);
        }
      }
    }
    if (!object.isGone()) {
      object.space().put(object.row());
    }
    return new Claim(List.of(fetch), evicted, refused);
  }

  /** Bytes were written: readers may have all before this position of the fetch's slices. */
  public void arrived(Fetch fetch, long position) {
    long from = Math.max(fetch.position(), SliceMath.startOf(SliceMath.sliceOf(position - 1)));
    var object = fetch.object();
    if (!object.isGone() && position > from) {
      object.pay(from - position, Long.MAX_VALUE);
    }
    fetch.moveTo(position);
  }

  /** A slice is whole and its mark is written. */
  public void complete(Fetch fetch, int slice, int checksum) {
    var object = fetch.object();
    if (object.fetching().remove(slice, fetch)) {
      arrived(fetch, SliceMath.endOf(slice, object.meta().length()));
      fetch.claimed().clear(slice);
      object.setPresent(slice, checksum, true);
      kept.settle(object);
    }
  }

  /** A fetch ended early: what it did not complete is free again. */
  public void fail(Fetch fetch, FetchFailure failure) {
    fetch.fail(failure);
    var object = fetch.object();
    for (int slice : fetch.claimed().stream().toArray()) {
      if (object.fetching().remove(slice, fetch) && !object.isGone()) {
        object.space().grow(object.row(), -object.lengthOf(slice));
      }
    }
    fetch.claimed().clear();
    kept.settle(object);
  }

  /** A slice's checksum is right. */
  public void prove(CachedObject object, int slice) {
    if (object.isUnproven(slice)) {
      object.setPresent(slice, object.checksum(slice), true);
    }
  }

  /** A slice's bytes are not what its checksum says: it is not here. */
  public void disprove(CachedObject object, int slice) {
    if (object.isUnproven(slice) && !object.isGone()) {
      object.setAbsent(slice);
      object.space().grow(object.row(), -object.lengthOf(slice));
    }
  }

  /** The origin says that the object is still the same; what else it says of it may be new. */
  public boolean revalidate(CachedObject object, ObjectMeta now) {
    if (!object.meta().isSameAs(now)) {
      throw new IllegalArgumentException("It is another object now: " + object.key());
    }
    if (object.isGone()) {
      return false;
    }
    object.setMeta(now);
    return true;
  }
}
