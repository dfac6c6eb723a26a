package dev.larder.cache.slice;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** A drive's objects from the least to the most recently used, and the bytes they take. */
final class DriveSpace {
  private static final float LOAD = 0.75f;

  private final LinkedHashMap<String, CachedObject> byUse = new LinkedHashMap<>(16, LOAD, true);
  private long sizeBytes;
  private long usedBytes;

  DriveSpace(long sizeBytes) {
    this.sizeBytes = sizeBytes;
  }

  long usedBytes() {
    return usedBytes;
  }

  long sizeBytes() {
    return sizeBytes;
  }

  long freeBytes() {
    return sizeBytes - usedBytes;
  }

  void resize(long bytes) {
    sizeBytes = bytes;
  }

  List<CachedObject> objects() {
    return List.copyOf(byUse.values());
  }

  void add(CachedObject object) {
    byUse.put(object.id(), object);
  }

  void remove(CachedObject object) {
    byUse.remove(object.id());
  }

  void use(CachedObject object) {
    byUse.get(object.id());
  }

  void take(long bytes) {
    usedBytes += bytes;
  }

  void give(long bytes) {
    usedBytes -= bytes;
  }

  /**
   * The least recently used objects that must go so that so many bytes are free; nothing is
   * changed.
   */
  List<CachedObject> toFree(long bytes) {
    var victims = new ArrayList<CachedObject>();
    long free = freeBytes();
    if (free >= bytes) {
      return victims;
    }
    for (var object : byUse.values()) {
      if (object.isIdle()) {
        victims.add(object);
        free += object.presentBytes();
        if (free >= bytes) {
          break;
        }
      }
    }
    return victims;
  }
}
