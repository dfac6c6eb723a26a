package dev.larder.cache.slice;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that is kept and all that is being fetched. It decides; disk and network are its caller's,
 * who also sees to it that one thread at a time is in here.
 *
 * <p>Promises: a slice is claimed by one fetch at a time and never while it is present; a drive's
 * slices, present and claimed, never take more than its size; an object in use is not evicted.
 */
public final class ContentIndex {
  private final Map<String, CachedObject> byKey = new HashMap<>();
  private final Map<String, DriveSpace> drives = new HashMap<>();

  /** What a drive holds. */
  public record DriveUse(long sizeBytes, long usedBytes, int objects) {}

  /** Takes a drive into use, or changes its size; evicts what no longer fits. */
  public List<CachedObject> setDrive(String drive, long sizeBytes) {
    var space = drives.computeIfAbsent(drive, _ -> new DriveSpace(sizeBytes));
    space.resize(sizeBytes);
    return fit(space);
  }

  /** Leaves a drive out; what it holds is gone from here, though not from its folder. */
  public void removeDrive(String drive) {
    var space = drives.remove(drive);
    if (space != null) {
      space.objects().forEach(this::leave);
    }
  }

  public Optional<DriveUse> drive(String drive) {
    return Optional.ofNullable(drives.get(drive))
        .map(space -> new DriveUse(space.sizeBytes(), space.usedBytes(), space.objects().size()));
  }

  public int objects() {
    return byKey.size();
  }

  /** Finds what is kept under a key and keeps it from being evicted until it is unpinned. */
  public Optional<CachedObject> pin(String key) {
    var object = byKey.get(key);
    if (object == null) {
      return Optional.empty();
    }
    object.pin();
    space(object).use(object);
    return Optional.of(object);
  }

  public void unpin(CachedObject object) {
    object.unpin();
  }

  /** One more use of a pinned object. */
  public void pinAgain(CachedObject object) {
    object.pin();
  }

  /** Whether nobody but the caller, who has it pinned, uses it. */
  public boolean isUsedOnce(CachedObject object) {
    return object.pins() <= 1;
  }

  /**
   * Begins to keep an object, pinned, on the drive with the most room; empty when there is no
   * drive. What was kept under the key must have been dropped.
   */
  public Optional<CachedObject> create(String id, String key, ObjectMeta meta) {
    if (byKey.containsKey(key)) {
      throw new IllegalStateException("There is an object under this key: " + key);
    }
    var roomiest =
        drives.entrySet().stream()
            .max(Comparator.comparingLong(drive -> drive.getValue().freeBytes()));
    return roomiest.map(drive -> {
      var object = new CachedObject(id, key, drive.getKey(), meta);
      object.pin();
      byKey.put(key, object);
      drive.getValue().add(object);
      return object;
    });
  }

  /**
   * Takes in what a drive's folder holds of an object, as unproven. Called from the least to the
   * most recently used.
   *
   * @param marks checksums by slice
   * @return objects that are not kept, this one among them if it is not: their files are to go
   */
  public List<CachedObject> restore(
      String id, String key, String drive, ObjectMeta meta, Map<Integer, Integer> marks) {
    var object = new CachedObject(id, key, drive, meta);
    var space = drives.get(drive);
    if (space == null || byKey.containsKey(key)) {
      object.setGone();
      return List.of(object);
    }
    marks.forEach((slice, checksum) -> object.setPresent(slice, checksum, false));
    byKey.put(key, object);
    space.add(object);
    space.take(object.presentBytes());
    return fit(space);
  }

  /**
   * Claims what nobody has and nobody brings among the slices of a span.
   *
   * @param longest the most slices that one request may ask for
   */
  public Claim claim(CachedObject object, long start, long end, int longest) {
    var fetches = new ArrayList<Fetch>();
    var evicted = new ArrayList<CachedObject>();
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
    return new Claim(fetches, evicted, refused);
  }

  /** Claims all of an object whose origin sends nothing less. */
  public Claim claimWhole(CachedObject object) {
    object.setInOneAnswer();
    return claim(object, 0, object.meta().length(), Integer.MAX_VALUE);
  }

  private boolean reserve(CachedObject object, int slice, List<CachedObject> evicted) {
    var space = space(object);
    int bytes = object.lengthOf(slice);
    var victims = space.toFree(bytes);
    long freed = victims.stream().mapToLong(CachedObject::presentBytes).sum();
    if (space.freeBytes() + freed < bytes) {
      return false;
    }
    victims.forEach(this::drop);
    evicted.addAll(victims);
    space.take(bytes);
    return true;
  }

  /**
   * The origin answers with the whole object whatever it is asked: the fetch begins anew at 0 and
   * claims all that is free. Gaps that others claimed or that are present pass by.
   */
  public Claim widen(Fetch fetch) {
    var object = fetch.object();
    var evicted = new ArrayList<CachedObject>();
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
    return new Claim(List.of(fetch), evicted, refused);
  }

  /** Bytes were written: readers may have all before this position of the fetch's slices. */
  public void arrived(Fetch fetch, long position) {
    fetch.moveTo(position);
  }

  /** A slice is whole and its mark is written. */
  public void complete(Fetch fetch, int slice, int checksum) {
    var object = fetch.object();
    if (object.fetching().remove(slice, fetch)) {
      fetch.claimed().clear(slice);
      object.setPresent(slice, checksum, true);
    }
  }

  /** A fetch ended early: what it did not complete is free again. */
  public void fail(Fetch fetch, FetchFailure failure) {
    fetch.fail(failure);
    var object = fetch.object();
    for (int slice : fetch.claimed().stream().toArray()) {
      if (object.fetching().remove(slice, fetch) && drives.containsKey(object.drive())) {
        space(object).give(object.lengthOf(slice));
      }
    }
    fetch.claimed().clear();
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
      space(object).give(object.lengthOf(slice));
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

  /** The object is no more: its readers are cut, its fetches bring nothing, its files are to go. */
  public boolean drop(CachedObject object) {
    if (object.isGone()) {
      return false;
    }
    var space = space(object);
    space.remove(object);
    long claimed = object.fetching().keySet().stream().mapToLong(object::lengthOf).sum();
    space.give(object.presentBytes() + claimed);
    leave(object);
    return true;
  }

  private void leave(CachedObject object) {
    object.setGone();
    object.fetching().clear();
    byKey.remove(object.key(), object);
  }

  private List<CachedObject> fit(DriveSpace space) {
    var victims = space.toFree(0);
    victims.forEach(this::drop);
    return victims;
  }

  private DriveSpace space(CachedObject object) {
    var space = drives.get(object.drive());
    if (space == null) {
      throw new IllegalStateException("Its drive is left out: " + object.drive());
    }
    return space;
  }
}
