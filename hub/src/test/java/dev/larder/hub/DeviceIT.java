package dev.larder.hub;

import static dev.larder.hub.HubProcess.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.common.id.DeviceId;
import dev.larder.common.topic.DeviceboundEnvelope;
import dev.larder.common.topic.IotHubTopics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.paho.client.mqttv3.MqttSecurityException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leaf device behind the hub, and the cloud's messages to it. */
final class DeviceIT {
  private static final DeviceId PRINTER = DeviceId.of("printer-7");
  private static final String NAME = PRINTER.name();
  private static final String DEVICEBOUND = "devices/printer-7/messages/devicebound/#";
  private static final String LISTED =
      """
      {"schemaVersion": "1.1",
       "routes": {"up": "FROM /messages/* WHERE NOT is_defined(local) INTO $upstream"},
       "devices": {"printer-7": {"generation": "1"}}}
      """;

  @TempDir private Path folder;
  private TestNode node;

  @BeforeEach
  void start() {
    node = TestNode.start(folder, LISTED);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private void send(String id, String text, Optional<Instant> expiry) {
    node.cloud()
        .sendTo(
            PRINTER,
            DeviceboundEnvelope.of(
                Instant.now(),
                id,
                expiry,
                Map.of("tray", "2 & 3", DeviceboundEnvelope.CORRELATION_ID, "c-" + id),
                text.getBytes(StandardCharsets.UTF_8)));
    await("the hub keeps " + id, () -> node.cloud().isKept(id));
  }

  private void send(String id, String text) {
    send(id, text, Optional.empty());
  }

  private static List<String> payloads(Paho device) {
    return device.messages().stream().map(RealClient.Message::text).toList();
  }

  @Test
  void itsTelemetryGoesUpstreamUnderItsName() throws Exception {
    try (var printer = node.client(Who.device("printer-7"))) {
      var events = "devices/printer-7/messages/events/";
      Paho.done(printer.publish(events + "local=1", "stays", 1));
      Paho.done(printer.publish(events + "a=1&$.mid=m-1", "goes", 1));
      await("it", () -> !node.cloud().telemetry().isEmpty());
      assertThat(node.cloud().telemetry()).containsExactly(NAME + ":goes");
      assertThat(node.cloud().propertiesOf("goes"))
          .isEqualTo(Map.of("a", "1", "$.mid", "m-1", "$.cdid", "printer-7"));
      printer.publish("devices/other/messages/events/", "as another", 0);
      await("the hub closes", () -> !printer.isConnected());
    }
  }

  @Test
  void aMessageWaitsForItsDevice() throws Exception {
    send("m-1", "first");
    send("m-2", "second");
    node.hub().killAndRestart();
    try (var printer = node.client(Who.device("printer-7"))) {
      printer.subscribe(DEVICEBOUND);
      await("both", () -> printer.received().size() == 2);
      assertThat(payloads(printer)).containsExactly("first", "second");
      var topic = printer.received().getFirst().split(" ", 2)[0];
      assertThat(topic)
          .startsWith("devices/printer-7/messages/devicebound/")
          .contains("tray=2%20%26%203", "%24.mid=m-1", "%24.cid=c-m-1")
          .contains("%24.to=%2Fdevices%2Fprinter-7%2Fmessages%2Fdevicebound");
      await("the cloud again", node.cloud()::hasConnection);
      send("m-3", "third");
      send("m-3", "third");
      send("m-4", "fourth");
      await("the others", () -> printer.received().size() == 4);
      assertThat(payloads(printer)).containsExactly("first", "second", "third", "fourth");
    }
    try (var again = node.client(Who.device("printer-7"))) {
      again.subscribe(DEVICEBOUND);
      send("m-5", "fifth");
      await("what is new", () -> !again.received().isEmpty());
      assertThat(payloads(again)).containsExactly("fifth");
    }
  }

  @Test
  void whatHasExpiredIsNotDelivered() throws Exception {
    var end = Instant.now().plus(Duration.ofSeconds(1));
    send("m-1", "too late", Optional.of(end));
    send("m-2", "in time", Optional.of(end.plus(Duration.ofHours(1))));
    await("its end", () -> Instant.now().isAfter(end));
    try (var printer = node.client(Who.device("printer-7"))) {
      printer.subscribe(DEVICEBOUND);
      await("the other", () -> !printer.received().isEmpty());
      assertThat(payloads(printer)).containsExactly("in time");
    }
  }

  @Test
  void itHasATwin() throws Exception {
    try (var printer = node.client(Who.device("printer-7"))) {
      printer.subscribe(IotHubTopics.TWIN_RESPONSES).subscribe(IotHubTopics.DESIRED_PATCHES);
      node.cloud().desire(NAME, "{\"version\":4,\"desired\":{\"duplex\":true}}");
      await("the change", () -> !printer.received().isEmpty());
      Paho.done(printer.publish(IotHubTopics.reportedPatch("1"), "{\"pages\":17}", 1));
      await("its answer", () -> printer.received().size() == 2);
      Paho.done(printer.publish(IotHubTopics.twinGet("2"), "", 1));
      await("the twin", () -> printer.received().size() == 3);
      assertThat(printer.received())
          .containsExactly(
              IotHubTopics.desiredPatch(4) + " {\"duplex\":true,\"$version\":4}",
              "$iothub/twin/res/204/?$rid=1&$version=1 ",
              "$iothub/twin/res/200/?$rid=2 {\"desired\":{\"duplex\":true,\"$version\":4},"
                  + "\"reported\":{\"pages\":17,\"$version\":1}}");
    }
    await(
        "the report",
        () -> node.cloud().reported(NAME).equals("{\"version\":1,\"reported\":{\"pages\":17}}"));
  }

  @Test
  void itCarriesOutMethodsOfTheCloud() throws Exception {
    try (var printer = node.client(Who.device("printer-7"))) {
      printer.subscribe(IotHubTopics.METHODS);
      node.cloud().invoke(NAME, "clean", "a-1", "{\"responseTimeout\":\"PT30S\",\"payload\":1}");
      await("it is asked", () -> !printer.received().isEmpty());
      var topic = printer.received().getFirst().split(" ", 2)[0];
      var id = IotHubTopics.parseMethodRequest(topic).orElseThrow().requestId();
      Paho.done(printer.publish(IotHubTopics.methodResponse(200, id), "{\"done\":1}", 1));
      await("answer", () -> node.cloud().methodResponse("a-1").contains("\"done\":1"));
    }
  }

  @Test
  void whatIsNoLongerListedIsNotLetIn() throws Exception {
    try (var printer = node.client(Who.device("printer-7"))) {
      assertThat(printer.isConnected()).isTrue();
    }
    node.settings(LISTED.replace("\"1\"", "\"2\""));
    assertThatThrownBy(() -> node.client(Who.device("printer-7")))
        .isInstanceOf(MqttSecurityException.class);
    node.settings("{\"schemaVersion\": \"1.1\", \"routes\": {}}");
    assertThatThrownBy(() -> node.client(Who.device("printer-7")))
        .isInstanceOf(MqttSecurityException.class);
    node.settings(LISTED);
    try (var printer = node.client(Who.device("printer-7"))) {
      assertThat(printer.isConnected()).isTrue();
    }
  }
}
