package dev.larder.hub.wire;

import static dev.larder.hub.wire.Properties.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.message.Payload;
import dev.larder.hub.wire.Packet.Connect;
import dev.larder.hub.wire.Packet.Will;
import dev.larder.hub.wire.Packet.Wish;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each packet at each level, byte for byte, both ways. */
final class GoldenPacketsTest {
  private static final Properties NONE = Properties.NONE;
  private static final String MQTT = "0004 4D515454 ";

  record Golden(int level, String hex, Packet packet) {}

  static Stream<Golden> connects() {
    return Stream.of(
        new Golden(
            4,
            "10 0C " + MQTT + "04 02 003C 0000",
            new Connect(
                4, true, 60, "", Optional.empty(), Optional.empty(), Optional.empty(), NONE)),
        new Golden(
            4,
            "10 1A " + MQTT + "04 EC 0000 000163 000177 00020102 000175 0001FF",
            new Connect(
                4,
                false,
                0,
                "c",
                Optional.of(new Will("w", payload("0102"), 1, true, NONE)),
                Optional.of("u"),
                Optional.of(payload("FF")),
                NONE)),
        new Golden(
            5,
            "10 2D "
                + MQTT
                + "05 56 003C 0F 110000000A 210014 26 00016B 000176 000163"
                + " 07 1800000005 0101 000177 0000 000170",
            new Connect(
                5,
                true,
                60,
                "c",
                Optional.of(
                    new Will(
                        "w",
                        payload(""),
                        2,
                        false,
                        Properties.of(
                            new Numeric(WILL_DELAY_INTERVAL, 5),
                            new Numeric(PAYLOAD_FORMAT_INDICATOR, 1)))),
                Optional.empty(),
                Optional.of(payload("70")),
                Properties.of(
                    new Numeric(SESSION_EXPIRY_INTERVAL, 10),
                    new Numeric(RECEIVE_MAXIMUM, 20),
                    new User("k", "v")))),
        new Golden(4, "20 02 01 00", new Packet.ConnAck(true, 0, NONE)),
        new Golden(4, "20 02 00 05", new Packet.ConnAck(false, 5, NONE)),
        new Golden(
            5,
            "20 06 00 87 03 22 000A",
            new Packet.ConnAck(false, 0x87, Properties.of(new Numeric(TOPIC_ALIAS_MAXIMUM, 10)))));
  }

  static Stream<Golden> publishes() {
    return Stream.of(
        new Golden(
            4,
            "30 05 000161 6869",
            new Packet.Publish("a", 0, false, false, 0, payload("6869"), NONE)),
        new Golden(
            4, "3B 05 000161 000A", new Packet.Publish("a", 1, true, true, 10, payload(""), NONE)),
        new Golden(
            4,
            "34 06 000161 FFFF 00",
            new Packet.Publish("a", 2, false, false, 65535, payload("00"), NONE)),
        new Golden(
            5,
            "32 1E 000161 0001 17 0101 020000003C 08000162 0900020102 03000174 230005 78",
            new Packet.Publish(
                "a",
                1,
                false,
                false,
                1,
                payload("78"),
                Properties.of(
                    new Numeric(PAYLOAD_FORMAT_INDICATOR, 1),
                    new Numeric(MESSAGE_EXPIRY_INTERVAL, 60),
                    new Text(RESPONSE_TOPIC, "b"),
                    new Binary(CORRELATION_DATA, payload("0102")),
                    new Text(CONTENT_TYPE, "t"),
                    new Numeric(TOPIC_ALIAS, 5)))),
        new Golden(
            5,
            "30 07 0000 03 230001 FF",
            new Packet.Publish(
                "", 0, false, false, 0, payload("FF"), Properties.of(new Numeric(TOPIC_ALIAS, 1)))),
        new Golden(
            5,
            "30 09 000161 05 0B01 0B8001",
            new Packet.Publish(
                "a",
                0,
                false,
                false,
                0,
                payload(""),
                Properties.of(
                    new Numeric(SUBSCRIPTION_IDENTIFIER, 1),
                    new Numeric(SUBSCRIPTION_IDENTIFIER, 128)))),
        new Golden(4, "40 02 0001", new Packet.PubAck(1, 0, NONE)),
        new Golden(5, "40 02 0001", new Packet.PubAck(1, 0, NONE)),
        new Golden(5, "40 03 0001 10", new Packet.PubAck(1, 0x10, NONE)),
        new Golden(
            5,
            "50 08 0001 97 04 1F 000171",
            new Packet.PubRec(1, 0x97, Properties.of(new Text(REASON_STRING, "q")))),
        new Golden(4, "50 02 0001", new Packet.PubRec(1, 0, NONE)),
        new Golden(4, "62 02 0100", new Packet.PubRel(256, 0, NONE)),
        new Golden(5, "62 03 0001 92", new Packet.PubRel(1, 0x92, NONE)),
        new Golden(4, "70 02 0001", new Packet.PubComp(1, 0, NONE)),
        new Golden(
            5,
            "70 0B 0001 00 07 26 00016B 000176",
            new Packet.PubComp(1, 0, Properties.of(new User("k", "v")))));
  }

  static Stream<Golden> others() {
    return Stream.of(
        new Golden(
            4,
            "82 0A 0001 000161 00 000123 02",
            new Packet.Subscribe(1, List.of(wish("a", 0), wish("#", 2)), NONE)),
        new Golden(
            5,
            "82 09 0001 02 0B07 000161 2D",
            new Packet.Subscribe(
                1,
                List.of(new Wish("a", 1, true, true, 2)),
                Properties.of(new Numeric(SUBSCRIPTION_IDENTIFIER, 7)))),
        new Golden(4, "90 04 0001 02 80", new Packet.SubAck(1, List.of(2, 0x80), NONE)),
        new Golden(5, "90 05 0001 00 02 8F", new Packet.SubAck(1, List.of(2, 0x8F), NONE)),
        new Golden(4, "A2 05 0001 000161", new Packet.Unsubscribe(1, List.of("a"), NONE)),
        new Golden(5, "A2 06 0001 00 000161", new Packet.Unsubscribe(1, List.of("a"), NONE)),
        new Golden(4, "B0 02 0001", new Packet.UnsubAck(1, List.of(), NONE)),
        new Golden(5, "B0 05 0001 00 00 11", new Packet.UnsubAck(1, List.of(0, 0x11), NONE)),
        new Golden(4, "C0 00", new Packet.PingReq()),
        new Golden(5, "D0 00", new Packet.PingResp()),
        new Golden(4, "E0 00", new Packet.Disconnect(0, NONE)),
        new Golden(5, "E0 00", new Packet.Disconnect(0, NONE)),
        new Golden(5, "E0 01 8E", new Packet.Disconnect(0x8E, NONE)),
        new Golden(
            5,
            "E0 07 04 05 1100000000",
            new Packet.Disconnect(4, Properties.of(new Numeric(SESSION_EXPIRY_INTERVAL, 0)))),
        new Golden(5, "F0 00", new Packet.Auth(0, NONE)),
        new Golden(
            5,
            "F0 0A 18 08 15 00016D 16 000164",
            new Packet.Auth(
                0x18,
                Properties.of(
                    new Text(AUTHENTICATION_METHOD, "m"),
                    new Binary(AUTHENTICATION_DATA, payload("64"))))));
  }

  @ParameterizedTest
  @MethodSource({"connects", "publishes", "others"})
  void isWrittenAndRead(Golden golden) {
    var bytes = Bytes.hex(golden.hex());
    assertThat(Bytes.hex(Bytes.of(golden.level(), golden.packet()))).isEqualTo(Bytes.hex(bytes));
    assertThat(Bytes.decode(golden.level(), bytes)).isEqualTo(golden.packet());
  }

  private static Payload payload(String hex) {
    return Payload.of(Bytes.hex(hex));
  }

  private static Wish wish(String filter, int qos) {
    return new Wish(filter, qos, false, false, 0);
  }
}
