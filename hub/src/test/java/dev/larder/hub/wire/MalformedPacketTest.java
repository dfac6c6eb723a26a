package dev.larder.hub.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.Unpooled;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a server refuses from a client, and the code that it closes with. */
final class MalformedPacketTest {
  private static final Reason MALFORMED = Reason.MALFORMED_PACKET;
  private static final Reason PROTOCOL = Reason.PROTOCOL_ERROR;
  private static final String MQTT = "0004 4D515454 ";

  record Refused(String what, int level, String hex, Reason reason) {}

  static Stream<Refused> headers() {
    return Stream.of(
        new Refused("flags of CONNECT", 4, "11 00", MALFORMED),
        new Refused("flags of PUBACK", 4, "42 02 0001", MALFORMED),
        new Refused("flags of PUBREL", 5, "60 02 0001", MALFORMED),
        new Refused("flags of SUBSCRIBE", 4, "80 06 0001 000161 00", MALFORMED),
        new Refused("flags of UNSUBSCRIBE", 5, "A3 06 0001 00 000161", MALFORMED),
        new Refused("flags of PINGREQ", 4, "C8 00", MALFORMED),
        new Refused("flags of DISCONNECT", 5, "E1 00", MALFORMED),
        new Refused("flags of AUTH", 5, "F1 00", MALFORMED),
        new Refused("type 0", 4, "00 00", MALFORMED),
        new Refused("AUTH at level 4", 4, "F0 00", MALFORMED),
        new Refused("QoS 3", 4, "36 05 000161 0001", MALFORMED),
        new Refused("DUP at QoS 0", 5, "38 04 000161 00", MALFORMED),
        new Refused("length of five bytes", 4, "30 80808080", MALFORMED),
        new Refused("length that is not the shortest", 5, "C0 8000", MALFORMED),
        new Refused("maximum and a byte more", 4, "30 FEFF3F", Reason.PACKET_TOO_LARGE),
        new Refused("greatest length there is", 5, "30 FFFFFF7F", Reason.PACKET_TOO_LARGE),
        new Refused("CONNACK from a client", 4, "20 02 0000", PROTOCOL),
        new Refused("SUBACK from a client", 4, "90 03 0001 00", PROTOCOL),
        new Refused("UNSUBACK from a client", 5, "B0 04 0001 00 00", PROTOCOL),
        new Refused("PINGRESP from a client", 4, "D0 00", PROTOCOL));
  }

  static Stream<Refused> connects() {
    var unsupported = Reason.UNSUPPORTED_PROTOCOL_VERSION;
    return Stream.of(
        new Refused("protocol name", 0, "10 0C 0004 4D515455 04 02 0000 0000", unsupported),
        new Refused("MQIsdp", 0, "10 0E 0006 4D5149736470 03 02 0000 0000", unsupported),
        new Refused("level 3", 0, "10 0C" + MQTT + "03 02 0000 0000", unsupported),
        new Refused("level 6", 0, "10 0D" + MQTT + "06 02 0000 00 0000", unsupported),
        new Refused("a bridge's level", 0, "10 0C" + MQTT + "84 02 0000 0000", unsupported),
        new Refused("reserved flag", 0, "10 0C" + MQTT + "04 03 0000 0000", MALFORMED),
        new Refused("will QoS, no will", 0, "10 0C" + MQTT + "04 0A 0000 0000", MALFORMED),
        new Refused("will retain, no will", 0, "10 0D" + MQTT + "05 22 0000 00 0000", MALFORMED),
        new Refused("will QoS 3", 0, "10 11" + MQTT + "04 1E 0000 0000 000177 0000", MALFORMED),
        new Refused("password, no user", 0, "10 0F" + MQTT + "04 42 0000 0000 000170", MALFORMED),
        new Refused("no client id", 0, "10 0A" + MQTT + "04 02 0000", MALFORMED),
        new Refused("id beyond the end", 0, "10 0D" + MQTT + "04 02 0000 0002 61", MALFORMED),
        new Refused("bytes at the end", 0, "10 0D" + MQTT + "04 02 0000 0000 00", MALFORMED),
        new Refused("client id, no UTF-8", 0, "10 0D" + MQTT + "04 02 0000 0001 FF", MALFORMED),
        new Refused("client id, U+0000", 0, "10 0D" + MQTT + "04 02 0000 0001 00", MALFORMED),
        new Refused("surrogate", 0, "10 0F" + MQTT + "04 02 0000 0003 EDA080", MALFORMED),
        new Refused(
            "will topic's wildcard",
            0,
            "10 11" + MQTT + "04 06 0000 0000 00012B 0000",
            Reason.TOPIC_NAME_INVALID),
        new Refused("no will topic", 0, "10 10" + MQTT + "04 06 0000 0000 0000 0000", MALFORMED),
        connectWith("receive maximum 0", "21 0000", PROTOCOL),
        connectWith("maximum packet size 0", "27 00000000", PROTOCOL),
        connectWith("a boolean of 2", "17 02", PROTOCOL),
        connectWith("twice", "21 0001 21 0001", PROTOCOL),
        connectWith("authentication data, no method", "16 0000", PROTOCOL),
        connectWith("a will's property", "18 00000001", MALFORMED),
        connectWith("unknown id", "04 00", MALFORMED),
        connectWith("id above 63", "4B 00", MALFORMED),
        connectWith("id of two bytes", "9100 00000000", MALFORMED),
        connectWith("cut short", "11 0000", MALFORMED),
        connectWith("user property, no UTF-8", "26 0001C0 0000", MALFORMED));
  }

  private static Refused connectWith(String what, String properties, Reason reason) {
    int length = Bytes.hex(properties).length;
    return new Refused(
        what,
        0,
        "10 %02X %s 05 02 0000 %02X %s 0000".formatted(13 + length, MQTT, length, properties),
        reason);
  }

  static Stream<Refused> publishes() {
    return Stream.of(
        new Refused("no topic length", 4, "30 01 00", MALFORMED),
        new Refused("topic beyond the end", 4, "30 03 0002 61", MALFORMED),
        new Refused("topic is no UTF-8", 4, "30 04 0002 C080", MALFORMED),
        new Refused("topic has U+0000", 5, "30 04 0001 00 00", MALFORMED),
        new Refused("wildcard #", 4, "30 03 0001 23", Reason.TOPIC_NAME_INVALID),
        new Refused("wildcard +", 5, "30 06 0003 612F2B 00", Reason.TOPIC_NAME_INVALID),
        new Refused("packet id 0", 4, "32 05 000161 0000", PROTOCOL),
        new Refused("no packet id", 4, "32 04 000161 00", MALFORMED),
        new Refused("empty topic", 4, "30 02 0000", MALFORMED),
        new Refused("empty topic, no alias", 5, "30 03 0000 00", PROTOCOL),
        new Refused("no property length", 5, "30 03 000161", MALFORMED),
        new Refused("properties beyond the end", 5, "30 04 000161 02", MALFORMED),
        new Refused("longer property length", 5, "30 05 000161 8000", MALFORMED),
        publishWith("alias 0", "23 0000", Reason.TOPIC_ALIAS_INVALID),
        publishWith("alias twice", "23 0001 23 0001", PROTOCOL),
        publishWith("payload format of 2", "01 02", PROTOCOL),
        publishWith("subscription identifier", "0B 01", PROTOCOL),
        publishWith("subscription identifier 0", "0B 00", PROTOCOL),
        publishWith("response topic's wildcard", "08 0001 23", PROTOCOL),
        publishWith("empty response topic", "08 0000", PROTOCOL),
        publishWith("a CONNECT's property", "21 0001", MALFORMED),
        publishWith("authentication method", "15 0000", MALFORMED),
        publishWith("value beyond the properties", "02 000000", MALFORMED),
        publishWith("correlation data beyond them", "09 00FF 00", MALFORMED));
  }

  private static Refused publishWith(String what, String properties, Reason reason) {
    int length = Bytes.hex(properties).length;
    // A payload follows, which no property may reach into.
    return new Refused(
        what,
        5,
        "30 %02X 000161 %02X %s 0101010101".formatted(9 + length, length, properties),
        reason);
  }

  static Stream<Refused> others() {
    return Stream.of(
        new Refused("PUBACK, id 0", 4, "40 02 0000", PROTOCOL),
        new Refused("PUBACK, id cut short", 4, "40 01 00", MALFORMED),
        new Refused("PUBACK with a code at level 4", 4, "40 03 0001 00", MALFORMED),
        new Refused("PUBREC, bytes at the end", 5, "50 05 0001 00 00 00", MALFORMED),
        new Refused("PUBREL, content type", 5, "62 08 0001 00 04 03 000161", MALFORMED),
        new Refused("PUBCOMP, properties cut short", 5, "70 05 0001 00 03 1F", MALFORMED),
        new Refused("SUBSCRIBE, nothing", 4, "82 02 0001", PROTOCOL),
        new Refused("SUBSCRIBE, nothing", 5, "82 03 0001 00", PROTOCOL),
        new Refused("SUBSCRIBE, id 0", 4, "82 06 0000 000161 00", PROTOCOL),
        new Refused("SUBSCRIBE, no options", 4, "82 05 0001 000161", MALFORMED),
        new Refused("SUBSCRIBE, QoS 3", 4, "82 06 0001 000161 03", MALFORMED),
        new Refused("SUBSCRIBE, no local at level 4", 4, "82 06 0001 000161 04", MALFORMED),
        new Refused("SUBSCRIBE, QoS 3", 5, "82 07 0001 00 000161 03", PROTOCOL),
        new Refused("SUBSCRIBE, retain handling 3", 5, "82 07 0001 00 000161 30", PROTOCOL),
        new Refused("SUBSCRIBE, reserved options", 5, "82 07 0001 00 000161 40", MALFORMED),
        new Refused(
            "SUBSCRIBE, shared and no local",
            5,
            "82 0F 0001 00 0009 2473686172652F672F 04",
            PROTOCOL),
        new Refused("SUBSCRIBE, two ids", 5, "82 0B 0001 04 0B010B02 000161 00", PROTOCOL),
        new Refused("SUBSCRIBE, id of 5 bytes", 5, "82 09 0001 06 0B80808080 01", MALFORMED),
        new Refused("UNSUBSCRIBE, nothing", 4, "A2 02 0001", PROTOCOL),
        new Refused("UNSUBSCRIBE, nothing", 5, "A2 03 0001 00", PROTOCOL),
        new Refused("UNSUBSCRIBE, an identifier", 5, "A2 08 0001 02 0B01 000161", MALFORMED),
        new Refused("UNSUBSCRIBE, no UTF-8", 4, "A2 05 0001 0001F5", MALFORMED),
        new Refused("PINGREQ with a body", 4, "C0 01 00", MALFORMED),
        new Refused("DISCONNECT with a code at level 4", 4, "E0 01 00", MALFORMED),
        new Refused("DISCONNECT, bytes at the end", 5, "E0 03 00 00 00", MALFORMED),
        new Refused("DISCONNECT, receive maximum", 5, "E0 05 00 03 210001", MALFORMED),
        new Refused("AUTH, no property length", 5, "F0 01 18", MALFORMED),
        new Refused("AUTH, no method", 5, "F0 02 18 00", PROTOCOL));
  }

  @ParameterizedTest
  @MethodSource({"headers", "connects", "publishes", "others"})
  void isRefused(Refused refused) throws MalformedPacketException {
    var decoder =
        refused.level() == 0
            ? new Decoder(Bytes.MAXIMUM, new TopicCache(64))
            : Bytes.decoderAt(refused.level());
    var bytes = Bytes.hex(refused.hex());
    if (refused.reason() != Reason.PACKET_TOO_LARGE && bytes[1] >= 0) {
      assertThat(bytes.length).as("the length in this table").isEqualTo(2 + bytes[1]);
    }
    var in = Unpooled.wrappedBuffer(bytes);
    var thrown = catchThrowableOfType(MalformedPacketException.class, () -> decoder.decode(in));
    assertThat(thrown).as(refused.what()).isNotNull();
    assertThat(in.readerIndex()).isZero();
    assertThat(thrown.reason()).as(thrown.getMessage()).isEqualTo(refused.reason());
    assertThat(thrown.getStackTrace()).isEmpty();
  }
}
