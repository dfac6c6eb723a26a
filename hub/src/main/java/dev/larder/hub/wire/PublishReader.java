package dev.larder.hub.wire;

import static dev.larder.hub.wire.MalformedPacketException.malformed;
import static dev.larder.hub.wire.MalformedPacketException.protocolError;

import dev.larder.hub.message.Payload;
import io.netty.buffer.ByteBuf;

/** Reads a PUBLISH (MQTT 5, 3.3) where it lies, for this is the path that must be quick. */
final class PublishReader {
  private static final Payload EMPTY = Payload.of(new byte[0]);

  private PublishReader() {}

  static void check(int flags) throws MalformedPacketException {
    int qos = (flags >> 1) & 3;
    if (qos == 3) {
      throw malformed("PUBLISH has QoS 3 [MQTT-3.3.1-4]");
    }
    if (qos == 0 && (flags & 8) != 0) {
      throw malformed("PUBLISH at QoS 0 has DUP set [MQTT-3.3.1-2]");
    }
  }

  static Packet.Publish read(
      ByteBuf in, int body, int end, int flags, int level, boolean fromServer, TopicCache topics)
      throws MalformedPacketException {
    int at = after(body, 2, end, "topic length");
    int topicBytes = in.getUnsignedShort(body);
    at = after(at, topicBytes, end, "topic name");
    var topic = topics.topic(in, at - topicBytes, topicBytes);
    int qos = (flags >> 1) & 3;
    int packetId = 0;
    if (qos > 0) {
      at = after(at, 2, end, "packet id");
      packetId = CodeReader.packetId(in.getUnsignedShort(at - 2));
    }
    var properties = Properties.NONE;
    if (level == 5) {
      long read = VariableInt.read(in, at, end);
      if (read == VariableInt.INCOMPLETE) {
        throw malformed("property length ends beyond the packet");
      }
      int propertyBytes = VariableInt.value(read);
      if (VariableInt.bytes(read) > VariableInt.size(propertyBytes)) {
        throw VariableInt.notShortest();
      }
      at = after(at + VariableInt.bytes(read), propertyBytes, end, "properties");
      properties = properties(in, at - propertyBytes, propertyBytes, fromServer);
    }
    if (topicBytes == 0) {
      checkAlias(level, properties);
    }
    return new Packet.Publish(
        topic,
        qos,
        (flags & 1) != 0,
        (flags & 8) != 0,
        packetId,
        at == end ? EMPTY : Payload.of(bytes(in, at, end - at)),
        properties);
  }

  private static Properties properties(ByteBuf in, int from, int length, boolean fromServer)
      throws MalformedPacketException {
    if (length == 0) {
      return Properties.NONE;
    }
    var properties =
        PropertiesReader.block(new Cursor(bytes(in, from, length)), PropertyPlace.PUBLISH);
    if (!fromServer && properties.has(Properties.SUBSCRIPTION_IDENTIFIER)) {
      throw protocolError("a client's PUBLISH has a subscription identifier [MQTT-3.3.4-6]");
    }
    return properties;
  }

  private static void checkAlias(int level, Properties properties) throws MalformedPacketException {
    if (level < 5) {
      throw malformed("topic name is empty [MQTT-4.7.3-1]");
    }
    if (!properties.has(Properties.TOPIC_ALIAS)) {
      throw protocolError("topic name is empty and there is no alias (MQTT 5, 3.3.2.1)");
    }
  }

  private static int after(int at, int length, int end, String field)
      throws MalformedPacketException {
    if (length > end - at) {
      throw malformed(field + " ends beyond the packet");
    }
    return at + length;
  }

  private static byte[] bytes(ByteBuf in, int from, int length) {
    var bytes = new byte[length];
    in.getBytes(from, bytes);
    return bytes;
  }
}
