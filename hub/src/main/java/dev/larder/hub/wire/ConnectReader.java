package dev.larder.hub.wire;

import static dev.larder.hub.wire.MalformedPacketException.malformed;

import dev.larder.hub.message.Payload;
import java.util.Optional;

/** Reads CONNECT (MQTT 5, 3.1), after its protocol and level, and CONNACK (3.2). */
final class ConnectReader {
  private static final int RESERVED = 0x01;
  private static final int CLEAN_START = 0x02;
  private static final int WILL = 0x04;
  private static final int WILL_QOS_SHIFT = 3;
  private static final int WILL_RETAIN = 0x20;
  private static final int PASSWORD = 0x40;
  private static final int USER_NAME = 0x80;

  private ConnectReader() {}

  static void check(String protocol, int level) throws MalformedPacketException {
    if (!protocol.equals("MQTT") || (level != 4 && level != 5)) {
      throw new MalformedPacketException(
          Reason.UNSUPPORTED_PROTOCOL_VERSION,
          "the protocol's name is not MQTT, or its level, "
              + level
              + ", not 4 or 5 [MQTT-3.1.2-1, -2]");
    }
  }

  static Packet connect(Cursor body, int level) throws MalformedPacketException {
    int flags = body.octet("connect flags");
    checkFlags(flags, level);
    int keepAlive = body.twoBytes("keep alive");
    var properties =
        level == 5 ? PropertiesReader.read(body, PropertyPlace.CONNECT) : Properties.NONE;
    var clientId = body.text("client id");
    var will =
        (flags & WILL) != 0 ? Optional.of(will(body, flags, level)) : Optional.<Packet.Will>empty();
    var userName =
        (flags & USER_NAME) != 0 ? Optional.of(body.text("user name")) : Optional.<String>empty();
    var password =
        (flags & PASSWORD) != 0 ? Optional.of(body.binary("password")) : Optional.<Payload>empty();
    body.end();
    return new Packet.Connect(
        level,
        (flags & CLEAN_START) != 0,
        keepAlive,
        clientId,
        will,
        userName,
        password,
        properties);
  }

  private static void checkFlags(int flags, int level) throws MalformedPacketException {
    if ((flags & RESERVED) != 0) {
      throw malformed("CONNECT's reserved flag is set [MQTT-3.1.2-3]");
    }
    int willQos = (flags >> WILL_QOS_SHIFT) & 3;
    if (willQos == 3) {
      throw malformed("the will has QoS 3 [MQTT-3.1.2-12]");
    }
    if ((flags & WILL) == 0 && (willQos > 0 || (flags & WILL_RETAIN) != 0)) {
      throw malformed("there is no will, but its QoS or retain flag [MQTT-3.1.2-11, -13]");
    }
    if (level == 4 && (flags & PASSWORD) != 0 && (flags & USER_NAME) == 0) {
      throw malformed("there is a password and no user name [MQTT-3.1.2-22 of 3.1.1]");
    }
  }

  private static Packet.Will will(Cursor body, int flags, int level)
      throws MalformedPacketException {
    var properties = level == 5 ? PropertiesReader.read(body, PropertyPlace.WILL) : Properties.NONE;
    var topic = TopicCache.checked(body.text("will topic"));
    if (topic.isEmpty()) {
      throw malformed("will topic is empty [MQTT-4.7.3-1]");
    }
    return new Packet.Will(
        topic,
        body.binary("will payload"),
        (flags >> WILL_QOS_SHIFT) & 3,
        (flags & WILL_RETAIN) != 0,
        properties);
  }

  static Packet connAck(Cursor body, int level) throws MalformedPacketException {
    int flags = body.octet("connect acknowledge flags");
    if (flags > 1) {
      throw malformed("CONNACK's reserved flags are set [MQTT-3.2.2-1]");
    }
    int code = body.octet("reason code");
    var properties =
        level == 5 ? PropertiesReader.read(body, PropertyPlace.CONNACK) : Properties.NONE;
    body.end();
    return new Packet.ConnAck(flags == 1, code, properties);
  }
}
