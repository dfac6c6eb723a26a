package dev.larder.cache.slice;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * All objects that are kept, drive by drive. It decides; disks are its caller's, who also sees to
 * it that one thread at a time is in here.
 *
 * <p>An object sleeps as a row of its drive's table until it is asked for; then its metadata file
 * is read and it is awake until nobody has used it for long.
 *
 * <p>Promises: a drive's objects, slices present and claimed, never take more than its size; an
 * object in use or pinned by the administrator is not evicted.
 */
public final class KeptObjects {
  private final Map<String, DriveSpace> drives = new LinkedHashMap<>();
  private final Awake awake;

  public KeptObjects() {
    this(new Awake());
  }

  KeptObjects(Awake awake) {
    this.awake = awake;
  }

  /** What a drive holds; an object takes a little beside its content. */
  public record DriveUse(long sizeBytes, long usedBytes, int objects) {}

  /**
   * An object begun or woken.
   *
   * @param object pinned; empty when no drive takes it or has it
   * @param evicted what had to go for it
   */
  public record Taken(Optional<CachedObject> object, List<Stored> evicted) {}

  /**
   * What is known of a purge at once.
   *
   * @param gone whose files are to be deleted now
   */
  public record Purged(int objects, long bytes, List<Stored> gone) {
    public Purged {
      gone = List.copyOf(gone);
    }
  }

  /** Takes a drive into use with what its journal told; evicts what does not fit. */
  public List<Stored> addDrive(String drive, DriveSpace space) {
    drives.put(drive, space);
    return fit(drive, space);
  }

  /** Changes a drive's size; evicts what no longer fits. */
  public List<Stored> resizeDrive(String drive, long sizeBytes) {
    var space = drives.get(drive);
    if (space == null) {
      return List.of();
    }
    space.resize(sizeBytes);
    return fit(drive, space);
  }

  /**
   * Leaves a drive out; what it holds is gone from here, though not from its folder.
   *
   * @return objects that were awake
   */
  public List<CachedObject> removeDrive(String drive) {
    if (drives.remove(drive) == null) {
      return List.of();
    }
    var left = awake.matching(object -> object.drive().equals(drive));
    left.forEach(this::leave);
    return left;
  }

  public Optional<DriveUse> drive(String drive) {
    return Optional.ofNullable(drives.get(drive))
        .map(space -> new DriveUse(space.sizeBytes(), space.usedBytes(), space.objects()));
  }

  /** A drive's rows, for its journal. */
  public Optional<DriveSpace> space(String drive) {
    return Optional.ofNullable(drives.get(drive));
  }

  public int objects() {
    return drives.values().stream().mapToInt(DriveSpace::objects).sum();
  }

  /** Finds an object that is awake and keeps it from being evicted until it is unpinned. */
  public Optional<CachedObject> pin(String key) {
    var object = awake.find(key);
    object.ifPresent(this::pinAgain);
    return object;
  }

  public void unpin(CachedObject object) {
    object.unpin();
    settle(object);
  }

  /** One more use of a pinned object. */
  public void pinAgain(CachedObject object) {
    object.pin();
    settle(object);
  }

  /** Notes whether an object may be evicted, and puts one to sleep if too many are awake. */
  void settle(CachedObject object) {
    if (!object.isGone()) {
      object.space().setBusy(object.row(), !object.isIdle());
    }
    awake
        .sleepy()
        .ifPresent(sleepy -> {
          sleepy.space().setProven(sleepy.row(), sleepy.isProven());
          leave(sleepy);
        });
  }

  /** So many bytes of an object were read; reading all of it counts as one use. */
  public void read(CachedObject object, long bytes) {
    if (!object.isGone() && object.pay(bytes, object.space().keptBytes(object.row()))) {
      object.space().use(object.row());
    }
  }

  /** An object was used although nobody read it here. */
  public void touch(String key) {
    awake.find(key).ifPresent(object -> object.space().use(object.row()));
  }

  /** Whether nobody but the caller, who has it pinned, uses it. */
  public boolean isUsedOnce(CachedObject object) {
    return object.pins() <= 1;
  }

  /** Where an object that sleeps has its files; the newest if several drives have one. */
  public Optional<Stored> asleep(KeyHash key) {
    Optional<Stored> newest = Optional.empty();
    for (var drive : drives.entrySet()) {
      int row = drive.getValue().find(key);
      if (row != ObjectTable.NONE
          && newest.map(Stored::id).orElse(-1L) < drive.getValue().id(row)) {
        newest = Optional.of(new Stored(drive.getKey(), drive.getValue().id(row), key));
      }
    }
    return newest;
  }

  /**
   * Wakes an object with what its metadata file says; it is not there when it is not kept in that
   * place any more.
   *
   * @param marks checksums by slice
   */
  public Taken wake(Stored place, String key, ObjectMeta meta, Map<Integer, Integer> marks) {
    var already = awake.find(place.drive(), place.id());
    if (already.isPresent()) {
      pinAgain(already.get());
      return new Taken(already, List.of());
    }
    var space = drives.get(place.drive());
    int row = space == null ? ObjectTable.NONE : space.find(place.key());
    if (space == null || row == ObjectTable.NONE || space.id(row) != place.id()) {
      return new Taken(Optional.empty(), List.of());
    }
    var object = new CachedObject(place.id(), key, place.drive(), meta, space, row);
    object.restore(marks, space.isProven(row));
    awake.add(object);
    pinAgain(object);
    long more = object.presentBytes() - space.keptBytes(row);
    if (more != 0) {
      space.grow(row, more);
      space.put(row);
    }
    var evicted = new ArrayList<>(fit(place.drive(), space));
    if (space.freeBytes() < 0) {
      evicted.add(remove(object));
      return new Taken(Optional.empty(), evicted);
    }
    return new Taken(Optional.of(object), evicted);
  }

  /** An object's files are unreadable or another's: it is kept no more. */
  public Optional<Stored> lose(Stored place) {
    var space = drives.get(place.drive());
    int row = space == null ? ObjectTable.NONE : space.find(place.key());
    if (space == null || row == ObjectTable.NONE || space.id(row) != place.id()) {
      return Optional.empty();
    }
    return Optional.of(remove(place.drive(), space, row));
  }

  /**
   * Takes in an object that a drive's folder holds but its journal did not name, if it fits and is
   * the newest under its key.
   *
   * @return older ones that it replaces; empty when it is not taken in
   */
  public Optional<List<Stored>> adopt(Stored found, long keptBytes) {
    var space = drives.get(found.drive());
    if (space == null
        || asleep(found.key()).filter(known -> known.id() >= found.id()).isPresent()
        || space.freeBytes() < keptBytes + EvictionOrder.OBJECT_BYTES) {
      return Optional.empty();
    }
    var older = forget(found.key());
    space.add(found.key(), found.id(), keptBytes);
    return Optional.of(older);
  }

  /**
   * Begins to keep an object, pinned, on the drive with the most room of those that take it. What
   * was kept under the key goes.
   */
  public Taken create(long id, String key, ObjectMeta meta, Predicate<String> takes) {
    var hash = KeyHash.of(key);
    var evicted = new ArrayList<>(forget(hash));
    var roomiest =
        drives.entrySet().stream()
            .filter(drive -> takes.test(drive.getKey()))
            .max(Comparator.comparingLong(drive -> drive.getValue().freeBytes()));
    if (roomiest.isEmpty()) {
      return new Taken(Optional.empty(), evicted);
    }
    var drive = roomiest.get().getKey();
    var space = roomiest.get().getValue();
    if (!makeRoom(drive, space, EvictionOrder.OBJECT_BYTES, evicted)) {
      return new Taken(Optional.empty(), evicted);
    }
    var object = new CachedObject(id, key, drive, meta, space, space.add(hash, id, 0));
    awake.add(object);
    pinAgain(object);
    return new Taken(Optional.of(object), evicted);
  }

  /**
   * Some of a drive's objects, from a row on.
   *
   * @return the row to go on from, -1 when there is no more
   */
  public int page(String drive, int from, int most, List<Stored> into) {
    var space = drives.get(drive);
    return space == null ? -1 : space.page(drive, from, most, into);
  }

  /** Drops what any drive keeps under a key. */
  public List<Stored> forget(KeyHash key) {
    var evicted = new ArrayList<Stored>();
    drives.forEach((drive, space) -> {
      int row = space.find(key);
      if (row != ObjectTable.NONE) {
        evicted.add(remove(drive, space, row));
      }
    });
    return evicted;
  }

  /** Pins an object on its drive for good, or no more; false when too much is pinned there. */
  public boolean keep(CachedObject object, boolean pinned) {
    if (object.isGone()) {
      return false;
    }
    var space = object.space();
    long bytes = object.meta().length() + EvictionOrder.OBJECT_BYTES;
    if (pinned && !space.isPinned(object.row()) && !space.mayPin(bytes)) {
      return false;
    }
    space.setPinned(object.row(), pinned);
    return true;
  }

  /** The files of a dropped object are no more: the journal is to say so. */
  public void deleted(Stored gone) {
    var space = drives.get(gone.drive());
    if (space != null) {
      space.gone(gone.key(), gone.id());
    }
  }

  /** Drops what a purge concerns of all that is awake, and the object if it is of one key. */
  public Purged purge(PurgeRules.Rule rule) {
    long bytes = 0;
    int objects = 0;
    var gone = new ArrayList<Stored>();
    if (rule.what() instanceof Purge.All) {
      objects = objects();
      bytes = drives.values().stream().mapToLong(DriveSpace::usedBytes).sum();
    }
    var what = rule.what();
    for (var object : awake.matching(one -> one.id() < rule.before() && what.matches(one.key()))) {
      bytes += what instanceof Purge.All ? 0 : object.presentBytes();
      gone.add(remove(object));
    }
    if (what instanceof Purge.Key(var key)) {
      var asleep = asleep(KeyHash.of(key));
      if (asleep.isPresent()) {
        var space = drives.get(asleep.get().drive());
        bytes += space == null ? 0 : space.keptBytes(space.find(asleep.get().key()));
        gone.addAll(forget(asleep.get().key()));
      }
    }
    return new Purged(Math.max(objects, gone.size()), bytes, gone);
  }

  /** The object is no more: its readers are cut, its fetches bring nothing, its files are to go. */
  public Optional<Stored> drop(CachedObject object) {
    return object.isGone() ? Optional.empty() : Optional.of(remove(object));
  }

  private Stored remove(CachedObject object) {
    return remove(object.drive(), object.space(), object.row());
  }

  private Stored remove(String drive, DriveSpace space, int row) {
    var stored = new Stored(drive, space.id(row), space.key(row));
    space.remove(row);
    awake.find(drive, stored.id()).ifPresent(this::leave);
    return stored;
  }

  private void leave(CachedObject object) {
    object.setGone();
    object.fetching().clear();
    awake.remove(object);
  }

  /** Evicts until there is room; evicts nothing if that would not be enough. */
  boolean makeRoom(String drive, DriveSpace space, long bytes, List<Stored> evicted) {
    if (space.freeBytes() + space.evictableBytes() < bytes) {
      return false;
    }
    while (space.freeBytes() < bytes) {
      evicted.add(remove(drive, space, space.victim()));
    }
    return true;
  }

  private List<Stored> fit(String drive, DriveSpace space) {
    var evicted = new ArrayList<Stored>();
    makeRoom(drive, space, Math.min(0, space.freeBytes() + space.evictableBytes()), evicted);
    return evicted;
  }
}
