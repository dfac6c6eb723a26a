package dev.larder.hub.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * PUBLISH packets of 64 bytes a second of processor time, ours and Netty's: run it by hand. Netty's
 * goes through an embedded channel, whose queue it pays for.
 */
final class CodecSpeed {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int PACKETS = 1_000;
  private static final int ROUNDS = 5;
  private static final long ROUND_NANOS = 1_000_000_000L;

  private static final byte[] TOPIC =
      "devices/device-1/messages/events/".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NOTHING = new byte[0];
  private static final byte[] PAYLOAD = new byte[64];
  private static final EmbeddedChannel NETTY = new EmbeddedChannel(new MqttDecoder(1 << 20));

  private CodecSpeed() {}

  private interface Round {
    void run() throws MalformedPacketException;
  }

  public static void main(String[] args) throws MalformedPacketException {
    for (int qos = 0; qos < 2; qos++) {
      var in = publishes(qos);
      for (int level = 4; level < 6; level++) {
        var bytes = level == 4 ? in : withPropertyLength(in);
        var decoder = Bytes.decoderAt(level);
        measure("ours, decode, QoS " + qos + ", level " + level, () -> ours(decoder, bytes));
      }
      measure("Netty, decode, QoS " + qos + ", level 4", () -> netty(in));
    }
    var out = Unpooled.directBuffer(200_000);
    measure("ours, encode, QoS 1, level 4", () -> encode(out));
  }

  private static void ours(Decoder decoder, ByteBuf in) throws MalformedPacketException {
    in.readerIndex(0);
    int packets = 0;
    while (decoder.decode(in) != null) {
      packets++;
    }
    require(packets);
  }

  private static void netty(ByteBuf in) {
    NETTY.writeInbound(in.retainedDuplicate().readerIndex(0));
    int packets = 0;
    for (MqttPublishMessage next = NETTY.readInbound(); next != null; next = NETTY.readInbound()) {
      next.release();
      packets++;
    }
    require(packets);
  }

  private static void encode(ByteBuf out) {
    out.clear();
    for (int i = 0; i < PACKETS; i++) {
      Encoder.publish(out, 4, TOPIC, 1, false, false, i + 1, NOTHING, PAYLOAD);
    }
    require(out.readableBytes() / Encoder.publishBytes(4, TOPIC.length, 1, 0, 64));
  }

  private static ByteBuf publishes(int qos) {
    var out = Unpooled.directBuffer();
    for (int i = 0; i < PACKETS; i++) {
      var topic = "devices/device-%d/messages/events/".formatted(i % 100);
      var utf8 = topic.getBytes(StandardCharsets.UTF_8);
      Encoder.publish(out, 4, utf8, qos, false, false, qos * (i + 1), NOTHING, PAYLOAD);
    }
    return out;
  }

  private static ByteBuf withPropertyLength(ByteBuf level4) throws MalformedPacketException {
    var out = Unpooled.directBuffer();
    level4.readerIndex(0);
    for (var packet : Bytes.decode(Bytes.decoderAt(4), level4)) {
      Encoder.write(out, 5, packet);
    }
    return out;
  }

  private static void require(int packets) {
    if (packets != PACKETS) {
      throw new AssertionError(packets + " packets");
    }
  }

  private static void measure(String name, Round round) throws MalformedPacketException {
    double best = 0;
    for (int i = 0; i < ROUNDS; i++) {
      long start = THREADS.getCurrentThreadCpuTime();
      long packets = 0;
      while (THREADS.getCurrentThreadCpuTime() - start < ROUND_NANOS) {
        for (int batch = 0; batch < 100; batch++) {
          round.run();
          packets += PACKETS;
        }
      }
      best = Math.max(best, packets * 1e9 / (THREADS.getCurrentThreadCpuTime() - start));
    }
    System.out.printf(Locale.ROOT, "%-40s %6.2f million packets/s%n", name, best / 1e6);
  }
}
