package dev.larder.hub.wire;

/** The types of packets by their number (MQTT 5, 2.1.2), with the flags that each must have. */
enum PacketType {
  RESERVED(0, 0),
  CONNECT(1, 0),
  CONNACK(2, 0),
  /** Whose flags say something. */
  PUBLISH(3, 0),
  PUBACK(4, 0),
  PUBREC(5, 0),
  PUBREL(6, 2),
  PUBCOMP(7, 0),
  SUBSCRIBE(8, 2),
  SUBACK(9, 0),
  UNSUBSCRIBE(10, 2),
  UNSUBACK(11, 0),
  PINGREQ(12, 0),
  PINGRESP(13, 0),
  DISCONNECT(14, 0),
  AUTH(15, 0);

  private static final PacketType[] ALL = values();

  private final int number;
  private final int flags;

  PacketType(int number, int flags) {
    this.number = number;
    this.flags = flags;
  }

  /** The type of a number of 0 to 15. */
  static PacketType of(int number) {
    return ALL[number];
  }

  int number() {
    return number;
  }

  int flags() {
    return flags;
  }

  /** The first byte of a packet of this type, but for a PUBLISH. */
  int firstByte() {
    return (number << 4) | flags;
  }

  boolean isServersOnly() {
    return this == CONNACK || this == SUBACK || this == UNSUBACK || this == PINGRESP;
  }
}
