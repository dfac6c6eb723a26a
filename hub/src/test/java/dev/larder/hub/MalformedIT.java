package dev.larder.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the hub answers, over real sockets, to what MQTT does not allow (MQTT 5, 4.13). */
final class MalformedIT {
  static final String EVERYONE =
      """
      {"schemaVersion": "1.2", "routes": {}, "mqttBroker": {"authorizations": [
        {"identities": ["anonymous"], "allow": [{"operations": ["mqtt:connect"]},
          {"operations": ["mqtt:publish", "mqtt:subscribe"], "resources": ["#"]}]}]}}
      """;

  private static final String MQTT = "0004 4D515454";

  @TempDir private static Path folder;
  private static TestIdentity identity;
  private static HubProcess hub;

  @BeforeAll
  static void start() {
    identity = TestIdentity.alone(folder.resolve("identity"));
    hub = HubProcess.start(identity, folder, EVERYONE);
  }

  @AfterAll
  static void stop() {
    hub.close();
    assertThat(hub.complaints()).isEmpty();
  }

  /**
   * What is sent at first, and how CONNACK begins; nothing where the hub just closes.
   *
   * @param code CONNACK's, below 0 for none
   */
  record First(String what, String hex, int code) {}

  static Stream<First> firsts() {
    return Stream.of(
        new First("PINGREQ", "C000", -1),
        new First("PUBLISH", "30 03 0001 61", -1),
        new First("SUBSCRIBE", "82 06 0001 0001 61 00", -1),
        new First("DISCONNECT", "E000", -1),
        new First("AUTH", "F000", -1),
        new First("CONNACK", "20020000", -1),
        new First("type 0", "0000", -1),
        new First("HTTP", "474554202F20485454502F312E310D0A0D0A", -1),
        new First("TLS", "16030100C8010000C40303", -1),
        connect("3.1", "0006 4D5149736470 03 02 0000 0001 61", 1),
        connect("wrong name, 4", "0004 4D515458 04 02 0000 0001 61", 1),
        connect("wrong name, 5", "0004 4D515458 05 02 0000 00 0001 61", 0x84),
        connect("level 6", MQTT + "06 02 0000 00 0001 61", 0x84),
        connect("reserved flag, 4", MQTT + "04 03 0000 0001 61", -1),
        connect("reserved flag, 5", MQTT + "05 03 0000 00 0001 61", 0x81),
        connect("will QoS 3, 5", MQTT + "05 1E 0000 00 0001 61 00 0001 77 0000", 0x81),
        connect("will retain and no will, 4", MQTT + "04 22 0000 0001 61", -1),
        connect("id is no UTF-8, 4", MQTT + "04 02 0000 0001 FF", -1),
        connect("id is no UTF-8, 5", MQTT + "05 02 0000 00 0001 FF", 0x81),
        connect("id with U+0000, 5", MQTT + "05 02 0000 00 0001 00", 0x81),
        connect("unknown property", MQTT + "05 02 0000 02 7F00 0001 61", 0x81),
        connect("a property twice", MQTT + "05 02 0000 06 210001 210001 0001 61", 0x82),
        connect("receive maximum 0", MQTT + "05 02 0000 03 210000 0001 61", 0x82),
        connect("will topic with a wildcard", MQTT + "05 06 0000 00 0001 61 00 0001 23 0000", 0x90),
        connect("enhanced authentication", MQTT + "05 02 0000 04 15000161 0001 61", 0x8C),
        connect("data without method", MQTT + "05 02 0000 04 16000161 0001 61", 0x82),
        connect("no id and no clean session, 4", MQTT + "04 00 0000 0000", 2),
        connect("bytes at the end, 4", MQTT + "04 02 0000 0001 61 00", -1),
        new First("long id, 4", "108F08" + MQTT + "04 02 0000 0403" + "61".repeat(1_027), 2),
        new First("long id, 5", "109008" + MQTT + "05 02 0000 00 0403" + "61".repeat(1_027), 0x85),
        new First("too large", "10FFFFFF7F", -1));
  }

  private static First connect(String what, String body, int code) {
    return new First(what, "10%02X".formatted(RawMqtt.hex(body).length) + body, code);
  }

  @ParameterizedTest
  @MethodSource("firsts")
  void aWrongBeginningIsTheEnd(First first) throws IOException {
    try (var client = RawMqtt.open(hub.openPort())) {
      client.send(first.hex());
      if (first.code() >= 0) {
        var answer = client.packet();
        assertThat(answer).as(first.what()).startsWith(0x20);
        assertThat(answer[2]).as("session present").isZero();
        assertThat(answer[3] & 0xFF).isEqualTo(first.code());
        boolean mqtt5 = first.code() >= 0x80;
        assertThat(answer.length > 4).as("with properties").isEqualTo(mqtt5);
      }
      client.assertClosed();
    }
  }

  /**
   * What a connected client sends.
   *
   * @param code of the DISCONNECT that a client of MQTT 5 gets
   */
  record Later(String what, int level, String hex, int code) {}

  private static Stream<Later> both(String what, String hex, int code) {
    return Stream.of(new Later(what, 4, hex, code), new Later(what, 5, hex, code));
  }

  static Stream<Later> atBothLevels() {
    return Stream.of(
            both("a second CONNECT", "100D" + MQTT + "04 02 0000 0001 61", 0x82),
            both("CONNACK", "2003 00 00 00", 0x82),
            both("SUBACK", "9004 0001 00 00", 0x82),
            both("UNSUBACK", "B004 0001 00 00", 0x82),
            both("PINGRESP", "D000", 0x82),
            both("type 0", "0000", 0x81),
            both("QoS 3", "3606 0001 61 0001 00", 0x81),
            both("DUP at QoS 0", "3804 0001 61 00", 0x81),
            both("topic with #", "3004 0001 23 00", 0x90),
            both("topic with +", "3006 0003 612F2B 00", 0x90),
            both("topic is no UTF-8", "3004 0001 C0 00", 0x81),
            both("topic has a surrogate", "3006 0003 EDA080 00", 0x81),
            both("packet id 0", "3206 0001 61 0000 00", 0x82),
            both("flags of SUBSCRIBE", "8007 0001 00 0001 61 00", 0x81),
            both("flags of PUBREL", "6002 0001", 0x81),
            both("flags of PINGREQ", "C100", 0x81),
            both("PINGREQ with a body", "C001 00", 0x81),
            both("too large", "30FFFFFF7F", 0x95),
            both("a little too large", "3081 8018", 0x95),
            both("length of five bytes", "30 80808080 01", 0x81))
        .flatMap(stream -> stream);
  }

  static Stream<Later> atLevel4() {
    return Stream.of(
        new Later("SUBSCRIBE without filters", 4, "8202 0001", 0),
        new Later("SUBSCRIBE at QoS 3", 4, "8206 0001 0001 61 03", 0),
        new Later("UNSUBSCRIBE without filters", 4, "A202 0001", 0),
        new Later("AUTH", 4, "F000", 0),
        new Later("empty topic", 4, "3002 0000", 0),
        new Later("DISCONNECT with a code", 4, "E001 00", 0));
  }

  static Stream<Later> atLevel5() {
    return Stream.of(
        new Later("SUBSCRIBE without filters", 5, "8203 0001 00", 0x82),
        new Later("SUBSCRIBE at QoS 3", 5, "8207 0001 00 0001 61 03", 0x82),
        new Later("SUBSCRIBE with reserved options", 5, "8207 0001 00 0001 61 40", 0x81),
        new Later("no local on a shared one", 5, "8210 0001 00 000A 2473686172652F672F61 04", 0x82),
        new Later("identifier 0", 5, "8209 0001 02 0B00 0001 61 00", 0x82),
        new Later("UNSUBSCRIBE without filters", 5, "A203 0001 00", 0x82),
        new Later("AUTH", 5, "F009 18 07 15 0004 74657374", 0x82),
        new Later("AUTH without a method", 5, "F002 18 00", 0x82),
        new Later("unknown property", 5, "3006 0001 61 02 7F00", 0x81),
        new Later("property of another packet", 5, "3007 0001 61 03 210001", 0x81),
        new Later("alias 0", 5, "3007 0001 61 03 230000", 0x94),
        new Later("alias above the maximum", 5, "3007 0001 61 03 230041", 0x94),
        new Later("alias that stands for nothing", 5, "3006 0000 03 230001", 0x94),
        new Later("no topic and no alias", 5, "3003 0000 00", 0x82),
        new Later("subscription identifier", 5, "3006 0001 61 02 0B01", 0x82),
        new Later("payload format 2", 5, "3006 0001 61 02 0102", 0x82),
        new Later("longer length than needed", 5, "C08000", 0x81),
        new Later("expiry raised from 0", 5, "E007 00 05 11 0000000A", 0x82));
  }

  @ParameterizedTest
  @MethodSource({"atBothLevels", "atLevel4", "atLevel5"})
  void aMalformedOrMisplacedPacketIsTheEnd(Later later) throws IOException {
    try (var client = RawMqtt.connected(hub.openPort(), later.level(), "malformed")) {
      client.send(later.hex());
      if (later.level() == 5) {
        var answer = client.packet();
        assertThat(answer).as(later.what()).startsWith(0xE0);
        assertThat(answer[2] & 0xFF).isEqualTo(later.code());
      }
      client.assertClosed();
    }
  }

  @Test
  void packetsMayComeByteByByteOrManyAtOnce() throws IOException {
    try (var client = RawMqtt.open(hub.openPort())) {
      for (byte one : RawMqtt.connect(5, "slow")) {
        client.send(new byte[] {one});
      }
      assertThat(client.packet()).startsWith(0x20);
      for (byte one : RawMqtt.hex("8207 0001 00 0001 61 00")) {
        client.send(new byte[] {one});
      }
      assertThat(client.packet()).startsWith(0x90);
      for (byte one : RawMqtt.hex("3004 0001 61 00")) {
        client.send(new byte[] {one});
      }
      assertThat(client.packet()).isEqualTo(RawMqtt.hex("3004 0001 61 00"));
      client.send("C000".repeat(1_000));
      for (int i = 0; i < 1_000; i++) {
        assertThat(client.packet()).isEqualTo(RawMqtt.hex("D000"));
      }
    }
  }

  /** Before it is known who a client is it has ten seconds, however busy it looks. */
  @Test
  void whoDoesNotSayWhoTheyAreInTimeAreClosed() throws IOException {
    long startNanos = System.nanoTime();
    try (var silent = RawMqtt.open(hub.openPort());
        var slow = RawMqtt.open(hub.openPort());
        var quick = RawMqtt.connected(hub.openPort(), 4, "quick")) {
      var connect = RawMqtt.connect(5, "slow-loris-with-a-long-id");
      int sent = 0;
      for (; sent < connect.length; sent++) {
        if (!slow.takes(connect[sent], Duration.ofMillis(700))) {
          break;
        }
      }
      assertThat(sent).isBetween(8, connect.length - 1);
      silent.assertClosed();
      assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
          .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(20));
      assertThat(quick.isOpen()).isTrue();
    }
  }

  private static RawMqtt webSocket() throws IOException {
    var client = askForWebSocket("");
    assertThat(client.head()).startsWith("HTTP/1.1 101").contains("mqtt");
    return client;
  }

  /** In one write with what stands before it. */
  private static RawMqtt askForWebSocket(String before) throws IOException {
    var socket =
        identity
            .tls(Optional.empty())
            .getSocketFactory()
            .createSocket(InetAddress.getLoopbackAddress(), hub.webPort());
    var client = new RawMqtt(socket);
    var key = Base64.getEncoder().encodeToString(new byte[16]);
    client.send(
        (before
                + "GET /mqtt HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: "
                + key
                + "\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Protocol: mqtt\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    return client;
  }

  /** A frame with the mask 0, which leaves the content as it is. */
  private static byte[] frame(int kind, byte[] content) {
    assertThat(content.length).isLessThan(126);
    var frame = new byte[6 + content.length];
    frame[0] = (byte) (0x80 | kind);
    frame[1] = (byte) (0x80 | content.length);
    System.arraycopy(content, 0, frame, 6, content.length);
    return frame;
  }

  @Test
  void overWebSocketOnlyBinaryFramesCarryMqtt() throws IOException {
    var connect = RawMqtt.connect(5, "web");
    try (var client = webSocket()) {
      client.send(frame(1, connect));
      // A close frame may come, and nothing of MQTT.
      assertThat(client.rest())
          .satisfiesAnyOf(
              rest -> assertThat(rest).isEmpty(), rest -> assertThat(rest).startsWith(0x88));
    }
    try (var client = webSocket()) {
      for (byte one : connect) {
        client.send(frame(2, new byte[] {one}));
      }
      // It has shown no identity, and this listener asks for one: CONNACK comes, in a binary frame.
      var answer = client.packet();
      assertThat(answer).startsWith(0x82);
      assertThat(answer[2]).isEqualTo((byte) 0x20);
      assertThat(answer[5] & 0xFF).isEqualTo(0x86);
    }
  }

  @Test
  void aWebSocketMayComeRightBehindARequest() throws IOException {
    try (var client = askForWebSocket("GET /elsewhere HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
      assertThat(client.head()).startsWith("HTTP/1.1 404").contains("content-length: ");
      var rest = new StringBuilder(client.head());
      assertThat(rest.indexOf("HTTP/1.1 101")).as(rest.toString()).isPositive();
      client.send(frame(2, RawMqtt.connect(5, "web")));
      assertThat(client.packet()).startsWith(0x82);
    }
  }

  @Test
  void tellsTheReasonToAClientThatGoesOnSending() throws IOException {
    try (var client = RawMqtt.connected(hub.openPort(), 5, "goes-on")) {
      client.send("C100");
      for (int i = 0; i < 64; i++) {
        client.send(new byte[32 << 10]);
      }
      assertThat(client.packet()).startsWith(0xE0).hasSizeGreaterThan(2);
      client.assertClosed();
    }
  }
}
