package dev.larder.hub.wire;

import dev.larder.hub.message.Payload;
import java.util.List;
import java.util.Optional;

/**
 * A control packet (MQTT 3.1.1 and 5, section 3). A packet id is 1 to 65535, or 0 where the packet
 * has none. Reason codes are numbers as they came, for a client may send one that no table has.
 */
public sealed interface Packet {
  /**
   * The client's first packet.
   *
   * @param level 4 for MQTT 3.1.1, 5 for MQTT 5
   * @param keepAlive seconds; 0 for none
   */
  record Connect(
      int level,
      boolean cleanStart,
      int keepAlive,
      String clientId,
      Optional<Will> will,
      Optional<String> userName,
      Optional<Payload> password,
      Properties properties)
      implements Packet {}

  /** What is published when the client goes without a goodbye. */
  record Will(String topic, Payload payload, int qos, boolean retain, Properties properties) {}

  /**
   * The server's answer to it.
   *
   * @param code a {@link Reason}'s code for MQTT 5, a return code of 0 to 5 for 3.1.1
   */
  record ConnAck(boolean sessionPresent, int code, Properties properties) implements Packet {}

  /**
   * A message, in either direction.
   *
   * @param topic empty when an alias in {@code properties} stands for it
   * @param packetId 0 at QoS 0
   */
  record Publish(
      String topic,
      int qos,
      boolean retain,
      boolean duplicate,
      int packetId,
      Payload payload,
      Properties properties)
      implements Packet {}

  record PubAck(int packetId, int code, Properties properties) implements Packet {}

  record PubRec(int packetId, int code, Properties properties) implements Packet {}

  record PubRel(int packetId, int code, Properties properties) implements Packet {}

  record PubComp(int packetId, int code, Properties properties) implements Packet {}

  /**
   * A subscription as it is wished for (MQTT 5, 3.8.3.1).
   *
   * @param retainHandling 0 send retained messages, 1 only for a new subscription, 2 do not
   */
  record Wish(
      String filter, int qos, boolean noLocal, boolean retainAsPublished, int retainHandling) {}

  record Subscribe(int packetId, List<Wish> wishes, Properties properties) implements Packet {}

  /** A granted QoS or a failure's code for each wish. */
  record SubAck(int packetId, List<Integer> codes, Properties properties) implements Packet {}

  record Unsubscribe(int packetId, List<String> filters, Properties properties) implements Packet {}

  /** The codes are not sent to a client of 3.1.1. */
  record UnsubAck(int packetId, List<Integer> codes, Properties properties) implements Packet {}

  record PingReq() implements Packet {}

  record PingResp() implements Packet {}

  record Disconnect(int code, Properties properties) implements Packet {}

  record Auth(int code, Properties properties) implements Packet {}
}
