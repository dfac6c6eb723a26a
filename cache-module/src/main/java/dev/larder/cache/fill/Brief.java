package dev.larder.cache.fill;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A bounded memory for a short while. Any thread may call. */
final class Brief<V> {
  private static final int MOST = 1_024;

  private final long nanos;
  private final LinkedHashMap<String, Held<V>> entries =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Held<V>> eldest) {
          return size() > MOST;
        }
      };

  private record Held<T>(T value, long untilNanos) {}

  Brief(Duration duration) {
    this.nanos = duration.toNanos();
  }

  synchronized Optional<V> find(String key, long nowNanos) {
    var entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    if (entry.untilNanos - nowNanos <= 0) {
      entries.remove(key);
      return Optional.empty();
    }
    return Optional.of(entry.value);
  }

  synchronized void put(String key, V value, long nowNanos) {
    entries.put(key, new Held<>(value, nowNanos + nanos));
  }
}
