package dev.larder.hub.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.AttributeKey;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our codec against Netty's, which is written by others: what one writes, the other reads. */
final class NettyOracleSimTest {
  private static final AttributeKey<MqttVersion> LEVEL =
      AttributeKey.valueOf("NETTY_CODEC_MQTT_VERSION");

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void whatWeWriteNettyReads(int level) {
    Seeds.run(
        4_000,
        random -> {
          var packet = packet(random, level);
          var channel = channel(level);
          channel.writeInbound(Unpooled.wrappedBuffer(Bytes.of(level, packet)));
          MqttMessage message = channel.readInbound();
          assertThat(NettyMessages.packet(message)).isEqualTo(sorted(packet));
          channel.finishAndReleaseAll();
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void whatNettyWritesWeRead(int level) {
    Seeds.run(
        4_000,
        random -> {
          var packet = packet(random, level);
          var channel = channel(level);
          channel.writeOutbound(NettyPackets.of(packet));
          ByteBuf bytes = channel.readOutbound();
          assertThat(sorted(Bytes.decode(level, Bytes.taken(bytes)))).isEqualTo(sorted(packet));
          bytes.release();
          channel.finishAndReleaseAll();
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void whatWeWriteWeRead(int level) {
    Seeds.run(
        4_000,
        random -> {
          var packet = packet(random, level);
          assertThat(Bytes.decode(level, Bytes.of(level, packet))).isEqualTo(packet);
        });
  }

  private static Packet packet(Random random, int level) {
    return new Packets(random, level).next();
  }

  private static EmbeddedChannel channel(int level) {
    var channel = new EmbeddedChannel(MqttEncoder.INSTANCE, new MqttDecoder(Bytes.MAXIMUM));
    channel.attr(LEVEL).set(level == 5 ? MqttVersion.MQTT_5 : MqttVersion.MQTT_3_1_1);
    return channel;
  }

  /** The packet with its properties in the order of their ids, for Netty keeps no order. */
  private static Packet sorted(Packet packet) {
    return switch (packet) {
      case Packet.Connect c ->
          new Packet.Connect(
              c.level(),
              c.cleanStart(),
              c.keepAlive(),
              c.clientId(),
              c.will()
                  .map(w ->
                      new Packet.Will(
                          w.topic(),
                          w.payload(),
                          w.qos(),
                          w.retain(),
                          Packets.sorted(w.properties()))),
              c.userName(),
              c.password(),
              Packets.sorted(c.properties()));
      case Packet.ConnAck(boolean present, int code, var p) ->
          new Packet.ConnAck(present, code, Packets.sorted(p));
      case Packet.Publish p ->
          new Packet.Publish(
              p.topic(),
              p.qos(),
              p.retain(),
              p.duplicate(),
              p.packetId(),
              p.payload(),
              Packets.sorted(p.properties()));
      case Packet.PubAck(int id, int code, var p) -> new Packet.PubAck(id, code, Packets.sorted(p));
      case Packet.PubRec(int id, int code, var p) -> new Packet.PubRec(id, code, Packets.sorted(p));
      case Packet.PubRel(int id, int code, var p) -> new Packet.PubRel(id, code, Packets.sorted(p));
      case Packet.PubComp(int id, int code, var p) ->
          new Packet.PubComp(id, code, Packets.sorted(p));
      case Packet.Subscribe(int id, var all, var p) ->
          new Packet.Subscribe(id, all, Packets.sorted(p));
      case Packet.SubAck(int id, var all, var p) -> new Packet.SubAck(id, all, Packets.sorted(p));
      case Packet.Unsubscribe(int id, var all, var p) ->
          new Packet.Unsubscribe(id, all, Packets.sorted(p));
      case Packet.UnsubAck(int id, var all, var p) ->
          new Packet.UnsubAck(id, all, Packets.sorted(p));
      case Packet.PingReq _, Packet.PingResp _ -> packet;
      case Packet.Disconnect(int code, var p) -> new Packet.Disconnect(code, Packets.sorted(p));
      case Packet.Auth(int code, var p) -> new Packet.Auth(code, Packets.sorted(p));
    };
  }
}
