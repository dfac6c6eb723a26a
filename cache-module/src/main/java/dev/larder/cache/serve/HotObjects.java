package dev.larder.cache.serve;

import dev.larder.cache.slice.CachedObject;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Small objects ready in memory. When full, those that were not asked for since the last sweep make
 * room.
 */
final class HotObjects {
  /** Larger ones are cheaper to send from the page cache. */
  static final int LARGEST_BYTES = 64 << 10;

  /** What an entry takes beside its body. */
  private static final int OVERHEAD_BYTES = 1_024;

  private final long mostBytes;
  private final ConcurrentHashMap<String, Hot> byKey = new ConcurrentHashMap<>();
  private final AtomicLong bytes = new AtomicLong();

  HotObjects(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** A whole small object; {@code used} is set by every hit and cleared by sweeps. */
  static final class Hot {
    private final CachedObject object;
    private final Buffer body;
    private volatile Described described;
    private volatile boolean used;

    Hot(CachedObject object, Buffer body) {
      this.object = object;
      this.body = body;
      this.described = new Described(object.meta());
    }

    /** Its headers, as the origin last said them. */
    Described described() {
      var ready = described;
      if (!ready.meta().equals(object.meta())) {
        ready = new Described(object.meta());
        described = ready;
      }
      return ready;
    }

    CachedObject object() {
      return object;
    }

    Buffer body() {
      return body;
    }
  }

  Optional<Hot> find(String key) {
    var hot = byKey.get(key);
    if (hot == null) {
      return Optional.empty();
    }
    if (hot.object.isGone()) {
      remove(hot);
      return Optional.empty();
    }
    if (!hot.used) {
      hot.used = true;
    }
    return Optional.of(hot);
  }

  void add(CachedObject object, Buffer body) {
    if (bytes.get() > mostBytes) {
      sweep();
    }
    if (bytes.get() <= mostBytes) {
      var hot = new Hot(object, body);
      bytes.addAndGet(size(hot));
      var before = byKey.put(object.key(), hot);
      if (before != null) {
        bytes.addAndGet(-size(before));
      }
    }
  }

  private void sweep() {
    long enough = mostBytes - mostBytes / 8;
    for (var hot : byKey.values()) {
      if (bytes.get() <= enough) {
        return;
      }
      if (hot.used) {
        hot.used = false;
      } else {
        remove(hot);
      }
    }
  }

  private void remove(Hot hot) {
    if (byKey.remove(hot.object.key(), hot)) {
      bytes.addAndGet(-size(hot));
    }
  }

  /** The keys of all that were asked for since this was last called. */
  Iterable<String> used() {
    return byKey.values().stream().filter(hot -> hot.used).map(hot -> hot.object.key()).toList();
  }

  private static long size(Hot hot) {
    return (long) hot.body.length() + OVERHEAD_BYTES;
  }
}
