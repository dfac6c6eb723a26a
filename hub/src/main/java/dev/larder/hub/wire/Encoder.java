package dev.larder.hub.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes packets. What a level has no place for is left out: properties, and the codes of all but
 * CONNACK and SUBACK, at level 4.
 */
public final class Encoder {
  private static final byte[] NOTHING = new byte[0];
  private static final int V3_FAILURE = 0x80;

  private Encoder() {}

  /**
   * Any packet; a CONNECT at its own level. A CONNACK's reason is given as a return code at level
   * 4.
   *
   * @throws IllegalArgumentException for what no packet can say
   */
  public static void write(ByteBuf out, int level, Packet packet) {
    switch (packet) {
      case Packet.Publish publish -> publish(out, level, publish);
      case Packet.PubAck(int id, int code, var more) -> code(out, level, 4, id, code, more);
      case Packet.PubRec(int id, int code, var more) -> code(out, level, 5, id, code, more);
      case Packet.PubRel(int id, int code, var more) -> code(out, level, 6, id, code, more);
      case Packet.PubComp(int id, int code, var more) -> code(out, level, 7, id, code, more);
      case Packet.Connect connect -> ConnectWriter.connect(out, connect);
      case Packet.ConnAck connAck -> ConnectWriter.connAck(out, level, connAck);
      case Packet.Subscribe subscribe -> subscribe(out, level, subscribe);
      case Packet.SubAck(int id, var codes, var more) ->
          codes(out, level, PacketType.SUBACK, id, codes, more);
      case Packet.Unsubscribe unsubscribe -> unsubscribe(out, level, unsubscribe);
      case Packet.UnsubAck(int id, var codes, var more) ->
          codes(out, level, PacketType.UNSUBACK, id, level == 5 ? codes : List.of(), more);
      case Packet.PingReq() -> new Sink().packet(out, PacketType.PINGREQ.firstByte());
      case Packet.PingResp() -> new Sink().packet(out, PacketType.PINGRESP.firstByte());
      case Packet.Disconnect(int code, var more) ->
          codeWithProperties(new Sink(), level, code, more)
              .packet(out, PacketType.DISCONNECT.firstByte());
      case Packet.Auth(int code, var more) -> {
        if (level < 5) {
          throw new IllegalArgumentException("AUTH is for level 5 only (MQTT 5, 3.15)");
        }
        auth(code, more).packet(out, PacketType.AUTH.firstByte());
      }
    }
  }

  /**
   * A PUBLISH from its parts.
   *
   * @param topicUtf8 at most 65535 bytes
   * @param packetId 1 to 65535, or 0 at QoS 0
   * @param properties as {@link #encodeProperties} makes them; not looked at at level 4
   */
  public static void publish(
      ByteBuf out,
      int level,
      byte[] topicUtf8,
      int qos,
      boolean retain,
      boolean duplicate,
      int packetId,
      byte[] properties,
      byte[] payload) {
    if (qos == 0 ? packetId != 0 || duplicate : qos > 2 || packetId < 1 || packetId > 0xFFFF) {
      throw new IllegalArgumentException(
          "QoS %d, packet id %d and DUP %b do not go together".formatted(qos, packetId, duplicate));
    }
    int body = publishBody(level, topicUtf8.length, qos, properties.length, payload.length);
    out.ensureWritable(1 + VariableInt.size(body) + body);
    out.writeByte(0x30 | (duplicate ? 8 : 0) | (qos << 1) | (retain ? 1 : 0));
    VariableInt.write(out, body);
    out.writeShort(topicUtf8.length);
    out.writeBytes(topicUtf8);
    if (qos > 0) {
      out.writeShort(packetId);
    }
    if (level == 5) {
      VariableInt.write(out, properties.length);
      out.writeBytes(properties);
    }
    out.writeBytes(payload);
  }

  /** The bytes that {@link #publish} writes, header and all, from those of its parts. */
  public static int publishBytes(
      int level, int topicBytes, int qos, int propertiesBytes, int payloadBytes) {
    int body = publishBody(level, topicBytes, qos, propertiesBytes, payloadBytes);
    return 1 + VariableInt.size(body) + body;
  }

  private static int publishBody(
      int level, int topicBytes, int qos, int propertiesBytes, int payloadBytes) {
    if (topicBytes > 0xFFFF) {
      throw new IllegalArgumentException("topic has " + topicBytes + " bytes, give at most 65535");
    }
    int properties = level == 5 ? VariableInt.size(propertiesBytes) + propertiesBytes : 0;
    return Math.addExact(2 + topicBytes + (qos > 0 ? 2 : 0) + properties, payloadBytes);
  }

  /**
   * PUBACK, PUBREC, PUBREL or PUBCOMP without properties, in its shortest form.
   *
   * @param type 4 to 7 (MQTT 5, 2.1.2)
   * @param code left out when 0, and at level 4
   */
  public static void acknowledge(ByteBuf out, int level, int type, int packetId, int code) {
    if (type < 4 || type > 7 || packetId < 1 || packetId > 0xFFFF) {
      throw new IllegalArgumentException(
          "type " + type + " or packet id " + packetId + ", give 4 to 7 and 1 to 65535");
    }
    boolean coded = level == 5 && code != 0;
    out.ensureWritable(5);
    out.writeByte(PacketType.of(type).firstByte());
    out.writeByte(coded ? 3 : 2);
    out.writeShort(packetId);
    if (coded) {
      out.writeByte(code);
    }
  }

  /** Properties without their length, to be kept or given to {@link #publish}. */
  public static byte[] encodeProperties(Properties properties) {
    return properties.isEmpty() ? NOTHING : PropertiesWriter.bytes(properties);
  }

  /**
   * What {@link #encodeProperties} was given, for a PUBLISH's or a will's properties.
   *
   * @throws IllegalArgumentException when the bytes are none
   */
  public static Properties decodeProperties(byte[] bytes) {
    try {
      return PropertiesReader.block(new Cursor(bytes), PropertyPlace.KEPT);
    } catch (MalformedPacketException e) {
      throw new IllegalArgumentException("kept properties are damaged: " + e.getMessage(), e);
    }
  }

  /** CONNACK's return code at level 4 for a reason (MQTT 3.1.1, 3.2.2.3). */
  public static int returnCode(Reason reason) {
    return switch (reason) {
      case SUCCESS -> 0;
      case UNSUPPORTED_PROTOCOL_VERSION -> 1;
      case CLIENT_IDENTIFIER_NOT_VALID -> 2;
      case BAD_USER_NAME_OR_PASSWORD -> 4;
      case NOT_AUTHORIZED, BANNED, BAD_AUTHENTICATION_METHOD, TOPIC_NAME_INVALID -> 5;
      default -> 3;
    };
  }

  private static void publish(ByteBuf out, int level, Packet.Publish publish) {
    publish(
        out,
        level,
        publish.topic().getBytes(StandardCharsets.UTF_8),
        publish.qos(),
        publish.retain(),
        publish.duplicate(),
        publish.packetId(),
        level == 5 ? encodeProperties(publish.properties()) : NOTHING,
        publish.payload().bytes());
  }

  private static void code(
      ByteBuf out, int level, int type, int packetId, int code, Properties properties) {
    if (level < 5 || properties.isEmpty()) {
      acknowledge(out, level, type, packetId, code);
    } else {
      codeWithProperties(new Sink().twoBytes(packetId), level, code, properties)
          .packet(out, PacketType.of(type).firstByte());
    }
  }

  /** A code and properties, as far as they say something (MQTT 5, 3.4.2.1 and 3.14.2.1). */
  private static Sink codeWithProperties(Sink out, int level, int code, Properties properties) {
    if (level == 5 && (code != 0 || !properties.isEmpty())) {
      out.octet(code);
      if (!properties.isEmpty()) {
        PropertiesWriter.write(out, level, properties);
      }
    }
    return out;
  }

  /** AUTH has a property length wherever it has a code (MQTT 5, 3.15.2.1). */
  private static Sink auth(int code, Properties properties) {
    var out = new Sink();
    if (code != 0 || !properties.isEmpty()) {
      PropertiesWriter.write(out.octet(code), 5, properties);
    }
    return out;
  }

  private static void subscribe(ByteBuf out, int level, Packet.Subscribe subscribe) {
    var body = new Sink().twoBytes(subscribe.packetId());
    PropertiesWriter.write(body, level, subscribe.properties());
    for (var wish : subscribe.wishes()) {
      body.text(wish.filter(), "topic filter");
      int options =
          (wish.noLocal() ? 4 : 0)
              | (wish.retainAsPublished() ? 8 : 0)
              | (wish.retainHandling() << 4);
      body.octet(wish.qos() | (level == 5 ? options : 0));
    }
    body.packet(out, PacketType.SUBSCRIBE.firstByte());
  }

  private static void unsubscribe(ByteBuf out, int level, Packet.Unsubscribe unsubscribe) {
    var body = new Sink().twoBytes(unsubscribe.packetId());
    PropertiesWriter.write(body, level, unsubscribe.properties());
    for (var filter : unsubscribe.filters()) {
      body.text(filter, "topic filter");
    }
    body.packet(out, PacketType.UNSUBSCRIBE.firstByte());
  }

  /** At level 4 every failure is one code (MQTT 3.1.1, 3.9.3). */
  private static void codes(
      ByteBuf out,
      int level,
      PacketType type,
      int packetId,
      List<Integer> codes,
      Properties properties) {
    var body = new Sink().twoBytes(packetId);
    PropertiesWriter.write(body, level, properties);
    for (int code : codes) {
      body.octet(level < 5 ? Math.min(code, V3_FAILURE) : code);
    }
    body.packet(out, type.firstByte());
  }
}
