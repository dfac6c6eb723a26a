package dev.larder.hub.session;

import dev.larder.common.topic.TopicFilter;
import dev.larder.hub.log.Log;
import dev.larder.hub.message.Kept;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The retained message of each topic that has one (MQTT 5, 3.3.1.3), in memory and in the log. */
final class Retained {
  static final int COUNT_MAXIMUM = 100_000;
  static final long BYTES_MAXIMUM = 32 << 20;

  private static final String KEY = "retained/";

  private final Log log;
  private final NavigableMap<String, Kept> messages = new TreeMap<>();
  private long bytes;

  Retained(Log log) {
    this.log = log;
    log.state()
        .subMap(KEY, KEY + Character.MAX_VALUE)
        .forEach((key, value) -> put(KeptBytes.read(value, Kept.Retain.STORED)));
  }

  private void put(Kept message) {
    bytes += message.weight();
    var before = messages.put(message.topic(), message);
    if (before != null) {
      bytes -= before.weight();
    }
  }

  /** Whether a message is within the bounds. */
  boolean hasRoom(Kept message) {
    var before = messages.get(message.topic());
    int givenBack = before == null ? 0 : before.weight();
    return message.payload().size() == 0
        || ((before != null || messages.size() < COUNT_MAXIMUM)
            && bytes - givenBack + message.weight() <= BYTES_MAXIMUM);
  }

  /**
   * Keeps a message as its topic's, or none where its payload is empty; false when there is no
   * room.
   *
   * @param expiryMillis its publisher's wish alone, for it does not wait for anyone
   */
  boolean set(Kept message, long expiryMillis) {
    if (message.payload().size() == 0) {
      remove(message.topic());
      return true;
    }
    var stored =
        new Kept(
            message.sender(),
            message.atMillis(),
            expiryMillis,
            message.topic(),
            message.qos(),
            Kept.Retain.STORED,
            message.properties(),
            message.payload());
    if (!hasRoom(stored) || !log.put(KEY + message.topic(), KeptBytes.write(stored))) {
      return false;
    }
    put(stored);
    return true;
  }

  private void remove(String topic) {
    var before = messages.remove(topic);
    if (before != null) {
      bytes -= before.weight();
      log.remove(KEY + topic);
    }
  }

  /** Those that a filter matches, in the order of their topics. */
  List<Kept> matching(String filter, long nowMillis) {
    var wish = new TopicFilter(filter);
    int wildcard = firstWildcard(filter);
    var literal = filter.substring(0, wildcard);
    // "a/#" matches "a" too (MQTT 5, 4.7.1.2).
    var from = literal.endsWith("/") ? literal.substring(0, literal.length() - 1) : literal;
    var found = new ArrayList<Kept>();
    for (var message : messages.subMap(from, true, literal + Character.MAX_VALUE, true).values()) {
      if (!message.isExpired(nowMillis) && wish.matches(message.topic())) {
        found.add(message);
      }
    }
    return found;
  }

  private static int firstWildcard(String filter) {
    for (int i = 0; i < filter.length(); i++) {
      if (filter.charAt(i) == '+' || filter.charAt(i) == '#') {
        return i;
      }
    }
    return filter.length();
  }

  /** Drops those whose time is over. */
  void sweep(long nowMillis) {
    messages.values().stream()
        .filter(message -> message.isExpired(nowMillis))
        .map(Kept::topic)
        .toList()
        .forEach(this::remove);
  }

  int count() {
    return messages.size();
  }
}
