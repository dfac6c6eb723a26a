package dev.larder.hub.session;

import dev.larder.hub.wire.Packet;

/**
 * The way to one connected client. What is handed over leaves in its order at the end of the turn.
 */
public interface Wire {
  /** 4 for MQTT 3.1.1, 5 for MQTT 5. */
  int level();

  /**
   * Sends a PUBLISH.
   *
   * @param topicUtf8 empty when an alias in the properties stands for it
   * @param packetId 0 at QoS 0
   * @param properties as on the wire, without their length; none for MQTT 3.1.1
   */
  void publish(
      byte[] topicUtf8,
      int qos,
      boolean retain,
      boolean duplicate,
      int packetId,
      byte[] properties,
      byte[] payload);

  /**
   * Sends PUBACK, PUBREC, PUBREL or PUBCOMP.
   *
   * @param type the packet's type, 4 to 7
   * @param code a reason's; a client of 3.1.1 is not told
   */
  void acknowledge(int type, int packetId, int code);

  void send(Packet packet);

  /** Whether the client reads as fast as it is written to. */
  boolean isWritable();

  /** Reads nothing more from the client until {@link #resume}. */
  void pause();

  void resume();

  /** Closes when all that was handed over has left. */
  void close();
}
