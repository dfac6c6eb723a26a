package dev.larder.cache.slice;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Objects whose metadata is in memory, from the least to the most recently asked for. When they
 * take too much, those that nobody uses fall asleep again.
 */
final class Awake {
  private static final float LOAD = 0.75f;
  private static final long MOST_BYTES = 32L << 20;

  /** An awake object's maps, key and headers take about so much, a slice of it so much more. */
  private static final int OBJECT_BYTES = 1_500;

  private static final int SLICE_BYTES = 5;

  /** Users that are passed over in one look for somebody to put to sleep. */
  private static final int MOST_LOOKS = 16;

  private final LinkedHashMap<String, CachedObject> byKey = new LinkedHashMap<>(16, LOAD, true);
  private final Map<Long, CachedObject> byId = new HashMap<>();
  private final long mostBytes;
  private long bytes;

  Awake() {
    this(MOST_BYTES);
  }

  Awake(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  Optional<CachedObject> find(String key) {
    return Optional.ofNullable(byKey.get(key));
  }

  /** The awake object of a row, if it is. */
  Optional<CachedObject> find(String drive, long id) {
    return Optional.ofNullable(byId.get(id)).filter(object -> object.drive().equals(drive));
  }

  List<CachedObject> matching(Predicate<CachedObject> wanted) {
    return byKey.values().stream().filter(wanted).toList();
  }

  void add(CachedObject object) {
    byKey.put(object.key(), object);
    byId.put(object.id(), object);
    bytes += weight(object);
  }

  void remove(CachedObject object) {
    if (byId.remove(object.id(), object)) {
      byKey.remove(object.key(), object);
      bytes -= weight(object);
    }
  }

  /** The object that should sleep now, if there is one. */
  Optional<CachedObject> sleepy() {
    if (bytes <= mostBytes) {
      return Optional.empty();
    }
    return byKey.values().stream().limit(MOST_LOOKS).filter(CachedObject::isIdle).findFirst();
  }

  private static long weight(CachedObject object) {
    return OBJECT_BYTES
        + 2L * object.key().length()
        + (long) SLICE_BYTES * SliceMath.count(object.meta().length());
  }
}
