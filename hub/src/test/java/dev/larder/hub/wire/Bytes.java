package dev.larder.hub.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Packets as bytes and back, for tests. */
final class Bytes {
  static final int MAXIMUM = 1 << 20;

  private Bytes() {}

  static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().withUpperCase().formatHex(bytes);
  }

  static byte[] of(int level, Packet packet) {
    var out = Unpooled.buffer(16);
    Encoder.write(out, level, packet);
    return taken(out);
  }

  static byte[] taken(ByteBuf buffer) {
    var bytes = new byte[buffer.readableBytes()];
    buffer.readBytes(bytes);
    return bytes;
  }

  /** A server's decoder that has seen a CONNECT of this level. */
  static Decoder decoderAt(int level) throws MalformedPacketException {
    var decoder = new Decoder(MAXIMUM, new TopicCache(64));
    var connect =
        level == 5 ? "100D 0004 4D515454 05 02 0000 00 0000" : "100C 0004 4D515454 04 02 0000 0000";
    decoder.decode(Unpooled.wrappedBuffer(hex(connect)));
    return decoder;
  }

  /** As many packets as there are. */
  static List<Packet> decode(Decoder decoder, ByteBuf in) throws MalformedPacketException {
    var packets = new ArrayList<Packet>();
    for (@Nullable Packet next = decoder.decode(in); next != null; next = decoder.decode(in)) {
      packets.add(next);
    }
    return packets;
  }

  /** What either side's packet of these bytes says. */
  static Packet decode(int level, byte[] bytes) {
    try {
      var in = Unpooled.wrappedBuffer(bytes);
      var packets = decode(Decoder.ofServer(level, MAXIMUM, new TopicCache(64)), in);
      if (packets.size() != 1 || in.isReadable()) {
        throw new AssertionError(packets + " and " + in.readableBytes() + " bytes left");
      }
      return packets.getFirst();
    } catch (MalformedPacketException e) {
      throw new AssertionError(e.reason() + ": " + e.getMessage() + " in " + hex(bytes), e);
    }
  }
}
