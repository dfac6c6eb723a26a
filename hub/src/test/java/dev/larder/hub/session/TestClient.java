package dev.larder.hub.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.message.Payload;
import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Properties;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A client that does what a test says and nothing of itself. */
final class TestClient {
  private final TestBroker broker;
  final SimWire wire;
  final Session session;
  final Packet.ConnAck connAck;
  private int lastId;

  TestClient(TestBroker broker, SimWire wire, Session session) {
    this.broker = broker;
    this.wire = wire;
    this.session = session;
    this.connAck = next(Packet.ConnAck.class);
  }

  void send(Packet packet) {
    broker.broker.received(session, packet, broker.nowMillis);
  }

  /** Takes the next packet, which is of this kind. */
  <P extends Packet> P next(Class<P> kind) {
    var packet = wire.down.poll();
    assertThat(packet).isInstanceOf(kind);
    return kind.cast(packet);
  }

  /** Takes all that came, which is of this kind. */
  <P extends Packet> List<P> all(Class<P> kind) {
    var packets = List.copyOf(wire.down);
    wire.down.clear();
    assertThat(packets).allSatisfy(packet -> assertThat(packet).isInstanceOf(kind));
    return packets.stream().map(kind::cast).toList();
  }

  List<Packet.Publish> messages() {
    return all(Packet.Publish.class);
  }

  /** The payloads of the messages that came, which are all that came. */
  List<String> texts() {
    return messages().stream().map(TestClient::text).toList();
  }

  static String text(Packet.Publish message) {
    return new String(message.payload().bytes(), StandardCharsets.UTF_8);
  }

  boolean isIdle() {
    return wire.down.isEmpty();
  }

  static Packet.Publish message(String topic, int qos, int packetId, String text) {
    return message(topic, qos, packetId, text, Properties.NONE);
  }

  static Packet.Publish message(
      String topic, int qos, int packetId, String text, Properties properties) {
    return new Packet.Publish(
        topic,
        qos,
        false,
        false,
        packetId,
        Payload.of(text.getBytes(StandardCharsets.UTF_8)),
        properties);
  }

  static Packet.Publish retained(String topic, int qos, int packetId, String text) {
    var payload = Payload.of(text.getBytes(StandardCharsets.UTF_8));
    return new Packet.Publish(topic, qos, true, false, packetId, payload, Properties.NONE);
  }

  static Properties number(int property, long value) {
    return Properties.of(new Properties.Numeric(property, value));
  }

  /** Publishes at QoS 0, or at 1 and takes the acknowledgement. */
  void publish(String topic, int qos, String text) {
    publish(message(topic, qos, qos == 0 ? 0 : nextId(), text));
  }

  void publish(Packet.Publish message) {
    send(message);
    if (message.qos() == 1) {
      broker.commit();
      assertThat(next(Packet.PubAck.class).packetId()).isEqualTo(message.packetId());
    }
  }

  int nextId() {
    return ++lastId;
  }

  /** Subscribes and takes the answer, if it is a good one. */
  void subscribe(String filter, int qos) {
    assertThat(subscribe(new Packet.Wish(filter, qos, false, false, 0))).containsExactly(qos);
  }

  List<Integer> subscribe(Packet.Wish... wishes) {
    return subscribe(Properties.NONE, wishes);
  }

  List<Integer> subscribe(Properties properties, Packet.Wish... wishes) {
    int id = nextId();
    send(new Packet.Subscribe(id, List.of(wishes), properties));
    broker.commit();
    var answer = next(Packet.SubAck.class);
    assertThat(answer.packetId()).isEqualTo(id);
    return answer.codes();
  }

  List<Integer> unsubscribe(String... filters) {
    int id = nextId();
    send(new Packet.Unsubscribe(id, List.of(filters), Properties.NONE));
    broker.commit();
    return next(Packet.UnsubAck.class).codes();
  }

  void pubAck(int packetId) {
    send(new Packet.PubAck(packetId, 0, Properties.NONE));
  }

  void pubRec(int packetId) {
    send(new Packet.PubRec(packetId, 0, Properties.NONE));
  }

  void pubRel(int packetId) {
    send(new Packet.PubRel(packetId, 0, Properties.NONE));
  }

  void pubComp(int packetId) {
    send(new Packet.PubComp(packetId, 0, Properties.NONE));
  }

  void disconnect() {
    disconnect(0, Properties.NONE);
  }

  void disconnect(int code, Properties properties) {
    send(new Packet.Disconnect(code, properties));
  }

  /** The connection breaks. */
  void lose() {
    broker.broker.lost(session, broker.nowMillis);
  }

  /** Takes the goodbye of the hub to a client of MQTT 5, and answers with its reason. */
  int goodbye() {
    int code = next(Packet.Disconnect.class).code();
    assertThat(wire.closed).isTrue();
    return code;
  }
}
