package dev.larder.hub.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.larder.hub.Seeds;
import dev.larder.hub.message.Payload;
import dev.larder.hub.wire.Properties.Numeric;
import dev.larder.hub.wire.Properties.Text;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class EncoderTest {
  private static final byte[] NOTHING = new byte[0];

  @Test
  void publishFromItsPartsIsAsLongAsSaid() {
    Seeds.run(
        2_000,
        random -> {
          int level = random.nextInt(4, 6);
          var topic = "t".repeat(random.nextInt(1, 300)).getBytes(StandardCharsets.UTF_8);
          int qos = random.nextInt(3);
          var properties =
              Encoder.encodeProperties(
                  Properties.of(
                      new Text(Properties.CONTENT_TYPE, "c".repeat(random.nextInt(200)))));
          var payload = new byte[random.nextInt(20_000)];
          int id = qos == 0 ? 0 : random.nextInt(1, 65_536);
          var out = Unpooled.buffer(1);
          Encoder.publish(out, level, topic, qos, true, qos > 0, id, properties, payload);
          assertThat(out.readableBytes())
              .isEqualTo(
                  Encoder.publishBytes(
                      level, topic.length, qos, properties.length, payload.length));
          assertThat(Bytes.decode(level, Bytes.taken(out)))
              .isEqualTo(
                  new Packet.Publish(
                      new String(topic, StandardCharsets.UTF_8),
                      qos,
                      true,
                      qos > 0,
                      id,
                      Payload.of(payload),
                      level == 4 ? Properties.NONE : Encoder.decodeProperties(properties)));
        });
  }

  @Test
  void sizesAtTheEdgesOfTheLengthField() {
    // Topic length 2 and a topic of 1: the body is 3 bytes more than the payload.
    assertThat(Encoder.publishBytes(4, 1, 0, 9, 124)).isEqualTo(2 + 127);
    assertThat(Encoder.publishBytes(4, 1, 0, 9, 125)).isEqualTo(3 + 128);
    assertThat(Encoder.publishBytes(4, 1, 0, 9, 16_380)).isEqualTo(3 + 16_383);
    assertThat(Encoder.publishBytes(4, 1, 0, 9, 16_381)).isEqualTo(4 + 16_384);
    assertThat(Encoder.publishBytes(4, 1, 0, 9, 2_097_149)).isEqualTo(5 + 2_097_152);
    assertThat(Encoder.publishBytes(5, 1, 2, 128, 0)).isEqualTo(3 + 2 + 1 + 2 + 2 + 128);
  }

  @Test
  void keptPropertiesComeBack() {
    Seeds.run(
        2_000,
        random -> {
          if (new Packets(random, 5).next() instanceof Packet.Publish publish) {
            var bytes = Encoder.encodeProperties(publish.properties());
            assertThat(Encoder.decodeProperties(bytes)).isEqualTo(publish.properties());
          }
        });
    assertThat(Encoder.encodeProperties(Properties.NONE)).isEmpty();
    assertThat(Encoder.decodeProperties(NOTHING)).isSameAs(Properties.NONE);
  }

  @Test
  void damagedPropertiesAreSaidToBe() {
    for (var damaged :
        List.of("01", "05 00", "01 01 01 01", "02 000000", "26 0001", "8080808001")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Encoder.decodeProperties(Bytes.hex(damaged)))
          .withMessageContaining("damaged");
    }
  }

  @Test
  void levelFourSaysWhatItHasWordsFor() {
    var more = Properties.of(new Text(Properties.REASON_STRING, "why"));
    assertThat(hex(4, new Packet.ConnAck(false, Reason.BANNED.code(), more))).isEqualTo("20020005");
    assertThat(hex(4, new Packet.ConnAck(false, Reason.SERVER_BUSY.code(), more)))
        .isEqualTo("20020003");
    assertThat(hex(4, new Packet.SubAck(1, List.of(0, 1, 2, 0x87), more)))
        .isEqualTo("9006000100010280");
    assertThat(hex(4, new Packet.UnsubAck(1, List.of(0x11), more))).isEqualTo("B0020001");
    assertThat(hex(4, new Packet.PubRec(1, 0x97, more))).isEqualTo("50020001");
    assertThat(hex(4, new Packet.Disconnect(0x8E, more))).isEqualTo("E000");
    assertThatIllegalArgumentException().isThrownBy(() -> hex(4, new Packet.Auth(0, more)));
  }

  @Test
  void everyReasonHasAReturnCode() {
    assertThat(Encoder.returnCode(Reason.SUCCESS)).isZero();
    assertThat(Encoder.returnCode(Reason.UNSUPPORTED_PROTOCOL_VERSION)).isEqualTo(1);
    assertThat(Encoder.returnCode(Reason.CLIENT_IDENTIFIER_NOT_VALID)).isEqualTo(2);
    assertThat(Encoder.returnCode(Reason.BAD_USER_NAME_OR_PASSWORD)).isEqualTo(4);
    assertThat(Encoder.returnCode(Reason.NOT_AUTHORIZED)).isEqualTo(5);
    for (var reason : Reason.values()) {
      assertThat(Encoder.returnCode(reason) == 0).isEqualTo(reason == Reason.SUCCESS);
      assertThat(Encoder.returnCode(reason)).isBetween(0, 5);
    }
  }

  @Test
  void whatNoPacketCanSayIsRefused() {
    var out = Unpooled.buffer();
    var topic = new byte[] {'t'};
    refused(() -> Encoder.publish(out, 4, topic, 1, false, false, 0, NOTHING, NOTHING));
    refused(() -> Encoder.publish(out, 4, topic, 1, false, false, 65_536, NOTHING, NOTHING));
    refused(() -> Encoder.publish(out, 4, topic, 0, false, false, 1, NOTHING, NOTHING));
    refused(() -> Encoder.publish(out, 4, topic, 0, false, true, 0, NOTHING, NOTHING));
    refused(() -> Encoder.publish(out, 4, topic, 3, false, false, 1, NOTHING, NOTHING));
    refused(() -> Encoder.publish(out, 4, new byte[65_536], 0, false, false, 0, NOTHING, NOTHING));
    refused(() -> Encoder.publishBytes(4, 1, 0, 0, VariableInt.MAXIMUM));
    refused(() -> Encoder.acknowledge(out, 4, 4, 0, 0));
    refused(() -> Encoder.acknowledge(out, 4, 3, 1, 0));
    refused(() -> hex(5, new Packet.Unsubscribe(1, List.of("x".repeat(65_536)), Properties.NONE)));
    for (var property :
        List.of(
            new Numeric(Properties.TOPIC_ALIAS, 65_536),
            new Numeric(Properties.TOPIC_ALIAS, 0),
            new Numeric(Properties.MAXIMUM_QOS, 2),
            new Numeric(Properties.MESSAGE_EXPIRY_INTERVAL, -1),
            new Numeric(Properties.MESSAGE_EXPIRY_INTERVAL, 1L << 32),
            new Numeric(Properties.CONTENT_TYPE, 1),
            new Numeric(4, 1),
            new Text(Properties.TOPIC_ALIAS, "1"))) {
      refused(() -> Encoder.encodeProperties(Properties.of(property)));
    }
    assertThat(out.readableBytes()).as("nothing is half written").isZero();
  }

  private static void refused(ThrowingCallable call) {
    assertThatIllegalArgumentException().isThrownBy(call);
  }

  private static String hex(int level, Packet packet) {
    return Bytes.hex(Bytes.of(level, packet));
  }
}
