package dev.larder.hub.wire;

import static dev.larder.hub.wire.MalformedPacketException.malformed;
import static dev.larder.hub.wire.MalformedPacketException.protocolError;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Takes packets out of one connection's bytes and checks all that a packet says by itself; what
 * depends on the session (order of packets, filters' syntax, a payload's format) is the session's.
 * It keeps no bytes, and reserves no memory for what has not come. For one thread.
 */
public final class Decoder {
  private final int maximumPacketBytes;
  private final TopicCache topics;
  private final boolean fromServer;
  private int level;

  /**
   * A server's decoder: it refuses what only servers send.
   *
   * @param maximumPacketBytes of a whole packet, its header among them (MQTT 5, 3.1.2.11.4)
   * @param topics may be shared with other decoders of the same thread
   */
  public Decoder(int maximumPacketBytes, TopicCache topics) {
    this(maximumPacketBytes, topics, false, 0);
  }

  private Decoder(int maximumPacketBytes, TopicCache topics, boolean fromServer, int level) {
    if (maximumPacketBytes < 2) {
      throw new IllegalArgumentException(
          "maximumPacketBytes is " + maximumPacketBytes + ", give 2 or more");
    }
    this.maximumPacketBytes = maximumPacketBytes;
    this.topics = topics;
    this.fromServer = fromServer;
    this.level = level;
  }

  /** A client's or a tool's decoder: it takes what either side may send, at a level of 4 or 5. */
  public static Decoder ofServer(int level, int maximumPacketBytes, TopicCache topics) {
    if (level != 4 && level != 5) {
      throw new IllegalArgumentException("level is " + level + ", give 4 or 5");
    }
    return new Decoder(maximumPacketBytes, topics, true, level);
  }

  /**
   * The level that the client is to be answered at: 4 or 5, or 0 before its first CONNECT. Known
   * once a CONNECT's level was read, even if the rest of it was refused: 4 where it names a level
   * below 5, for such a client understands a return code of 1 only [MQTT-3.1.2-2 of 3.1.1], and 5
   * where it names one above.
   */
  public int level() {
    return level;
  }

  /**
   * The next packet, or null when more bytes are needed. Nothing is taken from the buffer but whole
   * packets.
   *
   * @throws MalformedPacketException when the connection is to be closed
   */
  public @Nullable Packet decode(ByteBuf in) throws MalformedPacketException {
    if (in.readableBytes() < 2) {
      return null;
    }
    int start = in.readerIndex();
    int first = in.getUnsignedByte(start);
    var type = PacketType.of(first >> 4);
    check(type, first & 0x0F);
    long read = VariableInt.read(in, start + 1, in.writerIndex());
    if (read == VariableInt.INCOMPLETE) {
      return null;
    }
    int length = VariableInt.value(read);
    int body = start + 1 + VariableInt.bytes(read);
    if (level == 5 && VariableInt.bytes(read) > VariableInt.size(length)) {
      throw VariableInt.notShortest();
    }
    if (body - start + length > maximumPacketBytes) {
      throw new MalformedPacketException(
          Reason.PACKET_TOO_LARGE,
          (body - start + length) + " bytes, the maximum is " + maximumPacketBytes);
    }
    if (in.writerIndex() - body < length) {
      return null;
    }
    var packet = packet(type, first & 0x0F, in, body, length);
    in.readerIndex(body + length);
    return packet;
  }

  /** What the first byte says by itself. */
  private void check(PacketType type, int flags) throws MalformedPacketException {
    if (type == PacketType.PUBLISH) {
      PublishReader.check(flags);
      return;
    }
    if (flags != type.flags()) {
      throw malformed(
          type + " has the flags " + flags + " [MQTT-2.1.3-1], [MQTT-2.2.2-2 of 3.1.1]");
    }
    if (type == PacketType.RESERVED || (type == PacketType.AUTH && level < 5)) {
      throw malformed("packet type " + type.number() + " is reserved (MQTT 5, 2.1.2)");
    }
    if (!fromServer && type.isServersOnly()) {
      throw protocolError(type + " is a server's to send (MQTT 5, 2.1.2)");
    }
  }

  private Packet packet(PacketType type, int flags, ByteBuf in, int body, int length)
      throws MalformedPacketException {
    int end = body + length;
    return switch (type) {
      case PUBLISH -> PublishReader.read(in, body, end, flags, level, fromServer, topics);
      case PUBACK, PUBREC, PUBREL, PUBCOMP ->
          length == 2
              ? CodeReader.acknowledgement(
                  type, in.getUnsignedShort(body), Reason.SUCCESS.code(), Properties.NONE)
              : CodeReader.acknowledgement(type, cursor(in, body, length), level);
      case CONNECT -> connect(cursor(in, body, length));
      case CONNACK -> ConnectReader.connAck(cursor(in, body, length), level);
      case SUBSCRIBE -> SubscribeReader.subscribe(cursor(in, body, length), level);
      case UNSUBSCRIBE -> SubscribeReader.unsubscribe(cursor(in, body, length), level);
      case SUBACK -> SubscribeReader.subAck(cursor(in, body, length), level);
      case UNSUBACK -> SubscribeReader.unsubAck(cursor(in, body, length), level);
      case DISCONNECT -> CodeReader.disconnect(cursor(in, body, length), level);
      case AUTH -> CodeReader.auth(cursor(in, body, length));
      case PINGREQ -> empty(new Packet.PingReq(), length);
      case PINGRESP -> empty(new Packet.PingResp(), length);
      case RESERVED -> throw malformed("packet type 0 is reserved (MQTT 5, 2.1.2)");
    };
  }

  private Packet connect(Cursor body) throws MalformedPacketException {
    var protocol = body.text("protocol name");
    int named = body.octet("protocol level");
    if (level == 0) {
      level = named < 5 ? 4 : 5;
    }
    ConnectReader.check(protocol, named);
    return ConnectReader.connect(body, named);
  }

  private static Packet empty(Packet packet, int length) throws MalformedPacketException {
    if (length > 0) {
      throw malformed("a ping has " + length + " bytes of body (MQTT 5, 3.12.1)");
    }
    return packet;
  }

  private static Cursor cursor(ByteBuf in, int body, int length) {
    var bytes = new byte[length];
    in.getBytes(body, bytes);
    return new Cursor(bytes);
  }
}
