package dev.larder.hub.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.message.Payload;
import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Properties;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A client that keeps MQTT's rules, whatever happens to its connection: it publishes numbered
 * messages and sends again what is not acknowledged, it acknowledges what it receives, and it notes
 * both.
 */
final class SimClient {
  private static final int IN_FLIGHT_MAXIMUM = 8;

  /** A message on its way to the broker. */
  private record Sending(int number, int qos, boolean released) {}

  final String clientId;
  final int level;
  private final List<Packet.Wish> wishes;

  /** What the broker has taken over: QoS and number. */
  final Set<String> acknowledged = new HashSet<>();

  /** What came, in order: sender, QoS and number. */
  final List<String> received = new ArrayList<>();

  final Deque<Packet> up = new ArrayDeque<>();
  private final Map<Integer, Sending> sending = new LinkedHashMap<>();
  private final Set<Integer> unreleased = new HashSet<>();
  private final Map<Integer, Integer> numbers = new HashMap<>();
  Optional<SimWire> wire = Optional.empty();
  private boolean admitted;
  private boolean subscribed;
  private int lastId;

  SimClient(String clientId, int level, List<Packet.Wish> wishes) {
    this.clientId = clientId;
    this.level = level;
    this.wishes = wishes;
  }

  /** Whether all that it wanted has happened. */
  boolean isDone() {
    return sending.isEmpty() && (wishes.isEmpty() || subscribed);
  }

  Packet.Connect connect() {
    var properties =
        level == 5
            ? Properties.of(
                new Properties.Numeric(Properties.SESSION_EXPIRY_INTERVAL, 100_000),
                new Properties.Numeric(Properties.RECEIVE_MAXIMUM, 5))
            : Properties.NONE;
    return new Packet.Connect(
        level,
        false,
        0,
        clientId,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        properties);
  }

  void connected(SimWire opened) {
    wire = Optional.of(opened);
    admitted = false;
    up.clear();
  }

  void lost() {
    wire = Optional.empty();
    up.clear();
  }

  /** Publishes the next message of a QoS to {@code t/<client>}. */
  void publish(int qos) {
    if (wire.isEmpty() || !admitted || sending.size() >= IN_FLIGHT_MAXIMUM) {
      return;
    }
    int number = numbers.merge(qos, 1, Integer::sum);
    if (qos == 0) {
      up.add(packet(0, new Sending(number, 0, false), false));
      return;
    }
    lastId = lastId % 20 + 1;
    while (sending.containsKey(lastId)) {
      lastId = lastId % 20 + 1;
    }
    var message = new Sending(number, qos, false);
    sending.put(lastId, message);
    up.add(packet(lastId, message, false));
  }

  private Packet packet(int id, Sending message, boolean duplicate) {
    var text = clientId + " " + message.qos + " " + message.number;
    return new Packet.Publish(
        "t/" + clientId,
        message.qos,
        false,
        duplicate,
        id,
        Payload.of(text.getBytes(StandardCharsets.UTF_8)),
        Properties.NONE);
  }

  /** Reads one packet, if there is one. */
  void read() {
    wire.map(w -> w.down.poll()).ifPresent(this::take);
  }

  private void take(Packet packet) {
    switch (packet) {
      case Packet.ConnAck(boolean present, int code, var _) -> admitted(present, code);
      case Packet.PubAck(int id, int code, var _) -> done(id, code, 1);
      case Packet.PubRec(int id, int code, var _) -> taken(id, code);
      case Packet.PubComp(int id, int _, var _) -> sending.remove(id);
      case Packet.Publish publish -> message(publish);
      case Packet.PubRel(int id, int _, var _) -> {
        unreleased.remove(id);
        up.add(new Packet.PubComp(id, 0, Properties.NONE));
      }
      case Packet.SubAck(int _, var codes, var _) -> {
        assertThat(codes).allMatch(code -> code < 0x80);
        subscribed = true;
      }
      case Packet.Disconnect _ -> lost();
      default -> throw new AssertionError(clientId + " got " + packet);
    }
  }

  private void admitted(boolean present, int code) {
    assertThat(code).isZero();
    admitted = true;
    if (!present) {
      // The broker knows nothing of what the client had taken and not finished.
      unreleased.clear();
    }
    if (!wishes.isEmpty() && !(present && subscribed)) {
      up.add(new Packet.Subscribe(1, wishes, Properties.NONE));
    }
    sending.forEach((id, message) ->
        up.add(
            message.released
                ? new Packet.PubRel(id, 0, Properties.NONE)
                : packet(id, message, true)));
  }

  private void done(int id, int code, int qos) {
    var message = sending.remove(id);
    if (message != null && code < 0x80) {
      acknowledged.add(clientId + " " + qos + " " + message.number);
    }
  }

  private void taken(int id, int code) {
    var message = sending.get(id);
    if (message == null) {
      return;
    }
    if (code >= 0x80) {
      sending.remove(id);
      return;
    }
    acknowledged.add(clientId + " 2 " + message.number);
    sending.put(id, new Sending(message.number, 2, true));
    up.add(new Packet.PubRel(id, 0, Properties.NONE));
  }

  private void message(Packet.Publish publish) {
    var text = new String(publish.payload().bytes(), StandardCharsets.UTF_8);
    switch (publish.qos()) {
      case 0 -> received.add(text);
      case 1 -> {
        received.add(text);
        up.add(new Packet.PubAck(publish.packetId(), 0, Properties.NONE));
      }
      default -> {
        if (unreleased.add(publish.packetId())) {
          received.add(text);
        }
        up.add(new Packet.PubRec(publish.packetId(), 0, Properties.NONE));
      }
    }
  }
}
