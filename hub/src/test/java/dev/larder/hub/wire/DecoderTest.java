package dev.larder.hub.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import dev.larder.hub.message.Payload;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DecoderTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final String MQTT = "0004 4D515454 ";

  @Test
  void theLevelIsTheOneToAnswerAt() {
    assertThat(levelAfter("10 0C" + MQTT + "04 02 0000 0000")).isEqualTo(4);
    assertThat(levelAfter("10 0D" + MQTT + "05 02 0000 00 0000")).isEqualTo(5);
    assertThat(levelAfter("10 0D" + MQTT + "05 03 0000 00 0000")).as("refused").isEqualTo(5);
    assertThat(levelAfter("10 0C" + MQTT + "03 02 0000 0000")).as("level 3").isEqualTo(4);
    assertThat(levelAfter("10 0E 0006 4D5149736470 03 02 0000 0000")).as("3.1").isEqualTo(4);
    assertThat(levelAfter("10 0D" + MQTT + "06 02 0000 00 0000")).as("level 6").isEqualTo(5);
    assertThat(levelAfter("10 02 0001")).as("nothing to be read").isEqualTo(0);
    assertThat(levelAfter("C0 00")).as("no CONNECT").isEqualTo(0);
  }

  @Test
  void aLaterConnectDoesNotChangeTheLevel() throws MalformedPacketException {
    var decoder = Bytes.decoderAt(4);
    decoder.decode(hex("10 0D" + MQTT + "05 02 0000 00 0000"));
    assertThat(decoder.level()).isEqualTo(4);
  }

  @Test
  void packetsAreTakenOneByOne() throws MalformedPacketException {
    var in = hex("C000 3003 000161 E000 30");
    assertThat(Bytes.decode(Bytes.decoderAt(4), in))
        .containsExactly(
            new Packet.PingReq(),
            new Packet.Publish("a", 0, false, false, 0, Payload.of(new byte[0]), Properties.NONE),
            new Packet.Disconnect(0, Properties.NONE));
    assertThat(in.readableBytes()).isEqualTo(1);
  }

  @Test
  void aPacketOfTheMaximumIsTakenAndOneMoreByteIsRefusedByItsHeaderAlone()
      throws MalformedPacketException {
    var decoder = new Decoder(10, new TopicCache(1));
    assertThat(decoder.decode(hex("30 08 000161 0102030405"))).isNotNull();
    var thrown =
        catchThrowableOfType(MalformedPacketException.class, () -> decoder.decode(hex("30 09")));
    assertThat(thrown.reason()).isEqualTo(Reason.PACKET_TOO_LARGE);
    assertThat(thrown).hasMessageContaining("11").hasMessageContaining("10");
  }

  @Test
  void lengthsThatLieReserveNothing() throws MalformedPacketException {
    var decoder = new Decoder(VariableInt.MAXIMUM, new TopicCache(64));
    var incomplete = hex("30 FAFFFF7F 000161");
    var liars =
        List.of(
            hex("10 0E" + MQTT + "04 02 0000 FFFF 6162"),
            hex("10 0F" + MQTT + "05 02 0000 FFFF7F 0000"),
            hex("30 05 FFFF 616263"),
            hex("82 06 0001 FFFF 6162"));
    long before = allocated();
    for (int i = 0; i < 100; i++) {
      assertThat(decoder.decode(incomplete)).isNull();
    }
    for (var liar : liars) {
      assertThatThrownBy(() -> decoder.decode(liar)).isInstanceOf(MalformedPacketException.class);
    }
    assertThat(allocated() - before).isLessThan(1_000_000);
  }

  @Test
  void aPublishCostsItsRecordAndItsPayload() throws MalformedPacketException {
    var one = Unpooled.buffer();
    var topic = "devices/one/messages/events/".getBytes(StandardCharsets.UTF_8);
    Encoder.publish(one, 4, topic, 1, false, false, 7, new byte[0], new byte[64]);
    Encoder.acknowledge(one, 4, 4, 7, 0);
    var decoder = Bytes.decoderAt(4);
    decodeAgain(decoder, one, 1_000);
    long before = allocated();
    decodeAgain(decoder, one, 10_000);
    assertThat((allocated() - before) / 10_000)
        .as("bytes a PUBLISH of 64 bytes and a PUBACK")
        .isLessThan(64 + 16 + 16 + 48 + 32 + 16);
  }

  @Test
  void itsBoundsAreChecked() {
    assertThatThrownBy(() -> new Decoder(1, new TopicCache(1)))
        .hasMessageContaining("maximumPacketBytes");
    assertThatThrownBy(() -> Decoder.ofServer(3, 10, new TopicCache(1)))
        .hasMessageContaining("level");
  }

  private static void decodeAgain(Decoder decoder, ByteBuf in, int times)
      throws MalformedPacketException {
    for (int i = 0; i < times; i++) {
      in.readerIndex(0);
      decoder.decode(in);
      decoder.decode(in);
      if (in.isReadable()) {
        throw new AssertionError("two packets are all there is");
      }
    }
  }

  private static int levelAfter(String hex) {
    var decoder = new Decoder(Bytes.MAXIMUM, new TopicCache(1));
    try {
      decoder.decode(hex(hex));
    } catch (MalformedPacketException e) {
      assertThat(e.reason().isFailure()).isTrue();
    }
    return decoder.level();
  }

  private static ByteBuf hex(String hex) {
    return Unpooled.wrappedBuffer(Bytes.hex(hex));
  }

  private static long allocated() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }
}
