package dev.larder.hub.log;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Values by key, of which the last one counts. */
final class KeyedState {
  /** Where a key's value is, and the ordinal of the first segment that may hold one. */
  private record Entry(long place, long first) {}

  private final LogSegments segments;
  private final LogTail tail;
  private final SortedMap<String, byte[]> values = new TreeMap<>();
  private final Map<String, Entry> entries = new HashMap<>();
  private long bytes;

  KeyedState(LogSegments segments, LogTail tail) {
    this.segments = segments;
    this.tail = tail;
  }

  SortedMap<String, byte[]> values() {
    return Collections.unmodifiableSortedMap(values);
  }

  /** Bytes of the frames that hold the values. */
  long bytes() {
    return bytes;
  }

  boolean isSame(String key, byte[] value) {
    var now = values.get(key);
    return now != null && Arrays.equals(now, value);
  }

  static int frameBytes(byte[] key, byte[] value) {
    return LogFrame.HEAD_BYTES + Short.BYTES + key.length + value.length;
  }

  boolean put(String key, byte[] value) {
    var name = LogFrame.text(key);
    int body = frameBytes(name, value) - LogFrame.HEAD_BYTES;
    var out = tail.start(LogFrame.PUT, body, LogTail.Level.STATE);
    if (out == null) {
      return false;
    }
    LogFrame.putText(out, name);
    out.put(value);
    restore(key, value, tail.finish());
    return true;
  }

  /** Takes the value of the frame at a place for the key's. */
  void restore(String key, byte[] value, long place) {
    segments.retain(place);
    bytes += Packed.length(place);
    var before = entries.get(key);
    long first = segments.of(place).ordinal;
    if (before != null) {
      release(before);
      first = before.first();
    }
    entries.put(key, new Entry(place, first));
    values.put(key, value);
  }

  private void release(Entry entry) {
    segments.release(entry.place());
    bytes -= Packed.length(entry.place());
  }

  /** False when there is no room to note it; the key then has its value still. */
  boolean remove(String key) {
    var entry = entries.get(key);
    if (entry == null) {
      return true;
    }
    var name = LogFrame.text(key);
    int body = 2 * Long.BYTES + Short.BYTES + name.length;
    var out = tail.start(LogFrame.REMOVED, body, LogTail.Level.SYSTEM);
    if (out == null) {
      return false;
    }
    long last = segments.of(entry.place()).ordinal;
    out.putLong(entry.first()).putLong(last);
    LogFrame.putText(out, name);
    long place = tail.finish();
    tail.active().addTombstone(Packed.length(place), entry.first(), last);
    drop(key);
    return true;
  }

  /** Forgets a key. */
  void drop(String key) {
    var entry = entries.remove(key);
    if (entry != null) {
      release(entry);
      values.remove(key);
    }
  }

  /** Whether the value of the frame at a place is the key's. */
  boolean isAt(String key, long place) {
    var entry = entries.get(key);
    return entry != null && entry.place() == place;
  }

  /** Notes that the key's frame was copied. */
  void move(String key, long place) {
    var entry = entries.get(key);
    if (entry != null) {
      segments.retain(place);
      segments.release(entry.place());
      entries.put(key, new Entry(place, entry.first()));
    }
  }

  /**
   * What cleaning asks of a frame that says a key was removed: whether it is needed still. When the
   * key has a value again it is not, but a later removal must reach as far back as this one.
   */
  boolean isRemovalNeeded(ByteBuffer body, LogSegment from) {
    long first = body.getLong();
    long last = body.getLong();
    var key = LogFrame.getText(body);
    var entry = entries.get(key);
    if (entry != null) {
      entries.put(key, new Entry(entry.place(), Math.min(first, entry.first())));
      return false;
    }
    return segments.isAny(first, last, from);
  }
}
