package dev.larder.hub.wire;

import static dev.larder.hub.wire.MalformedPacketException.malformed;
import static dev.larder.hub.wire.MalformedPacketException.protocolError;

/**
 * Reads the packets that are a reason code with properties, both left out where they say nothing:
 * PUBACK to PUBCOMP (MQTT 5, 3.4 to 3.7), DISCONNECT (3.14) and AUTH (3.15).
 */
final class CodeReader {
  private CodeReader() {}

  /** A packet id, which is not 0 [MQTT-2.2.1-3], [MQTT-2.3.1-1 of 3.1.1]. */
  static int packetId(int packetId) throws MalformedPacketException {
    if (packetId == 0) {
      throw protocolError("packet id is 0 [MQTT-2.2.1-3]");
    }
    return packetId;
  }

  static Packet acknowledgement(PacketType type, Cursor body, int level)
      throws MalformedPacketException {
    int packetId = body.twoBytes("packet id");
    if (level < 5) {
      body.end();
    }
    int code = body.octet("reason code");
    var properties = properties(body, PropertyPlace.ACKNOWLEDGEMENT);
    return acknowledgement(type, packetId, code, properties);
  }

  static Packet acknowledgement(PacketType type, int packetId, int code, Properties properties)
      throws MalformedPacketException {
    packetId(packetId);
    return switch (type) {
      case PUBACK -> new Packet.PubAck(packetId, code, properties);
      case PUBREC -> new Packet.PubRec(packetId, code, properties);
      case PUBREL -> new Packet.PubRel(packetId, code, properties);
      default -> new Packet.PubComp(packetId, code, properties);
    };
  }

  static Packet disconnect(Cursor body, int level) throws MalformedPacketException {
    if (level < 5) {
      body.end();
    }
    if (body.remaining() == 0) {
      return new Packet.Disconnect(Reason.SUCCESS.code(), Properties.NONE);
    }
    int code = body.octet("reason code");
    return new Packet.Disconnect(code, properties(body, PropertyPlace.DISCONNECT));
  }

  static Packet auth(Cursor body) throws MalformedPacketException {
    if (body.remaining() == 0) {
      return new Packet.Auth(Reason.SUCCESS.code(), Properties.NONE);
    }
    if (body.remaining() == 1) {
      throw malformed("AUTH has a reason code and no property length (MQTT 5, 3.15.2.1)");
    }
    int code = body.octet("reason code");
    var properties = properties(body, PropertyPlace.AUTH);
    if (!properties.has(Properties.AUTHENTICATION_METHOD)) {
      throw protocolError("AUTH has no authentication method (MQTT 5, 3.15.2.2.2)");
    }
    return new Packet.Auth(code, properties);
  }

  /** They may be left out with their length (MQTT 5, 3.4.2.2.1 and 3.14.2.2.1). */
  private static Properties properties(Cursor body, PropertyPlace place)
      throws MalformedPacketException {
    if (body.remaining() == 0) {
      return Properties.NONE;
    }
    var properties = PropertiesReader.read(body, place);
    body.end();
    return properties;
  }
}
