package dev.larder.hub.session;

import dev.larder.hub.log.Log;
import dev.larder.hub.log.MessageQueue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What of a lasting session's QoS 2 exchanges must outlive the process (MQTT 5, 4.3.3). A message
 * that the client released stays noted until its queue's position on disk has passed it, for until
 * then it would come back from disk as if it had never been sent.
 */
final class Exchanges {
  private static final String RECEIVED = "received/";
  private static final String SENT = "sent/";
  private static final byte[] NOTHING = {};

  private record Done(MessageQueue queue, long sequence) {}

  private final Log log;
  private final String session;
  private final Deque<Done> done = new ArrayDeque<>();

  Exchanges(Log log, String session) {
    this.log = log;
    // With its length in front, for the name of one session may begin with that of another.
    this.session = session.length() + ":" + session;
  }

  private String receivedKey(int packetId) {
    return RECEIVED + session + "/" + packetId;
  }

  private String sentKey(MessageQueue queue, long sequence) {
    // With leading zeros, so that the order of the keys is that of the messages.
    return SENT
        + session
        + "/"
        + String.format(Locale.ROOT, "%019d", sequence)
        + "/"
        + queue.name();
  }

  /** Notes a packet id of the client's; false when there is no room. */
  boolean received(int packetId) {
    return log.put(receivedKey(packetId), NOTHING);
  }

  void released(int packetId) {
    log.remove(receivedKey(packetId));
  }

  /** Notes how far a message for the client is; false when there is no room. */
  boolean sent(MessageQueue queue, long sequence, int packetId, Flights.Phase phase) {
    var value = packetId + " " + phase;
    return log.put(sentKey(queue, sequence), value.getBytes(StandardCharsets.US_ASCII));
  }

  void completed(MessageQueue queue, long sequence) {
    done.add(new Done(queue, sequence));
  }

  /** After the log has written positions: forgets what they have passed. */
  void tidy() {
    while (!done.isEmpty() && isPast(done.getFirst())) {
      var passed = done.removeFirst();
      log.remove(sentKey(passed.queue(), passed.sequence()));
    }
  }

  private boolean isPast(Done one) {
    var queue = one.queue();
    return queue.position() > one.sequence()
        || log.find(queue.name()).filter(queue::equals).isEmpty();
  }

  /** The client's packet ids that were received and not released. */
  BitSet restoreReceived() {
    var ids = new BitSet();
    var prefix = RECEIVED + session + "/";
    below(prefix)
        .keySet()
        .forEach(key -> ids.set(Integer.parseInt(key.substring(prefix.length()))));
    return ids;
  }

  /** What was sent and is not completed. */
  interface Restored {
    void sent(String queue, long sequence, int packetId, Flights.Phase phase);
  }

  void restoreSent(Restored restored) {
    var prefix = SENT + session + "/";
    for (var entry : List.copyOf(below(prefix).entrySet())) {
      var rest = entry.getKey().substring(prefix.length());
      int slash = rest.indexOf('/');
      var value = new String(entry.getValue(), StandardCharsets.US_ASCII).split(" ", 2);
      restored.sent(
          rest.substring(slash + 1),
          Long.parseLong(rest.substring(0, slash)),
          Integer.parseInt(value[0]),
          Flights.Phase.valueOf(value[1]));
    }
  }

  /** Forgets all of it, the session being over. */
  void end() {
    for (var prefix : List.of(RECEIVED + session + "/", SENT + session + "/")) {
      List.copyOf(below(prefix).keySet()).forEach(log::remove);
    }
    done.clear();
  }

  private Map<String, byte[]> below(String prefix) {
    return log.state().subMap(prefix, prefix + Character.MAX_VALUE);
  }
}
