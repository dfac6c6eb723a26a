package dev.larder.hub;

import static dev.larder.hub.HubProcess.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.common.id.ModuleId;
import dev.larder.common.topic.IotHubTopics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttSecurityException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hub's process, clients that others wrote, and a cloud over real sockets. */
final class HubIT {
  private static final String TO_AGG =
      """
      {"version": 1, "desired": {"schemaVersion": "1.1", "routes": {
        "up": "FROM /messages/modules/press/outputs/up INTO $upstream",
        "agg": "FROM /messages/modules/press/outputs/raw INTO BrokeredEndpoint(\\"/modules/agg/inputs/in\\")"}}}
      """;

  private final FakeCloud cloud = new FakeCloud();
  private final int cloudPort = HubProcess.freePort();
  @TempDir private Path folder;
  private TestIdentity identity;
  private HubProcess hub;

  @BeforeEach
  void start() {
    identity = TestIdentity.make(folder.resolve("identity"), cloudPort);
    hub = new HubProcess(identity, folder);
  }

  @AfterEach
  void stop() {
    hub.close();
    cloud.close();
  }

  private void startCloud() {
    cloud.start(identity.folder(), cloudPort);
    await("the hub connects to the cloud", cloud::hasConnection);
  }

  private static List<String> numbered(String prefix, int from, int until) {
    return IntStream.range(from, until).mapToObj(i -> prefix + i).toList();
  }

  @Test
  void keepsTelemetryWhileTheCloudIsAwayAndSendsItOnce() throws MqttException {
    startCloud();
    try (var press = Paho.connect(hub, identity, "press")) {
      sendAll(press, numbered("m", 0, 50));
      await("first part", () -> cloud.telemetry().size() == 50);
      cloud.stop();
      await("the hub sees it", () -> hub.health().contains("away"));
      sendAll(press, numbered("m", 50, 300));
      startCloud();
      await("second part", () -> cloud.telemetry().size() >= 300);
    }
    assertThat(cloud.telemetry()).isEqualTo(numbered("press:m", 0, 300));
    assertThat(cloud.backwards()).isZero();
  }

  private static void sendAll(Paho press, List<String> texts) throws MqttException {
    for (var text : texts) {
      press.send("up", text).waitForCompletion(20_000);
    }
  }

  @Test
  void aMethodGoesToItsModuleAndTheAnswerToTheCloud() throws MqttException {
    startCloud();
    var asked = "{\"responseTimeout\":\"PT30S\",\"payload\":{\"deep\":true}}";
    try (var press = Paho.connect(hub, identity, "press");
        var other = Paho.connect(hub, identity, "other")) {
      cloud.invoke("press", "clean", "a-0", asked);
      await("refusal", () -> cloud.methodResponse("a-0").contains("takes no methods"));
      press.subscribe(IotHubTopics.METHODS);
      cloud.invoke("press", "clean", "a-1", asked);
      await("the module is asked", () -> !press.received().isEmpty());
      var parts = press.received().getFirst().split(" ", 2);
      var request = IotHubTopics.parseMethodRequest(parts[0]).orElseThrow();
      assertThat(request.name()).isEqualTo("clean");
      assertThat(parts[1]).isEqualTo("{\"deep\":true}");

      var answer = IotHubTopics.methodResponse(207, request.requestId());
      other.publish(answer, "{\"not\":\"mine\"}", 1).waitForCompletion(20_000);
      press.publish(answer, "{\"cleaned\":3}", 1).waitForCompletion(20_000);
      await("answer", () -> !cloud.methodResponse("a-1").isEmpty());
      assertThat(cloud.methodResponse("a-1"))
          .contains("\"status\":207", "\"cleaned\":3")
          .doesNotContain("not");
      cloud.invoke("nobody", "clean", "a-2", asked);
      await("refusal", () -> cloud.methodResponse("a-2").contains("nobody"));
    }
  }

  @Test
  void losesNothingAcknowledgedWhenKilled() throws Exception {
    var acknowledged = new ArrayList<String>();
    int number = 0;
    for (int kill = 0; kill < 4; kill++) {
      try (var press = Paho.connect(hub, identity, "press")) {
        var tokens = new ArrayList<IMqttDeliveryToken>();
        int first = number;
        for (int i = 0; i < 400; i++) {
          tokens.add(press.send("up", "m" + number++));
        }
        tokens.get(40 * (kill + 1)).waitForCompletion(20_000);
        hub.killAndRestart();
        for (int i = 0; i < tokens.size(); i++) {
          if (tokens.get(i).isComplete() && tokens.get(i).getException() == null) {
            acknowledged.add("press:m" + (first + i));
          }
        }
      }
    }
    startCloud();
    await("all that was acknowledged", () -> cloud.telemetry().containsAll(acknowledged));
    assertThat(acknowledged).hasSizeGreaterThan(100);
    assertThat(cloud.backwards()).isZero();
    assertThat(cloud.telemetry())
        .as("in the order in which they were sent")
        .isSortedAccordingTo(Comparator.comparingInt(t -> Integer.parseInt(t.substring(7))));
  }

  @Test
  void keepsMessagesForAModuleThatIsAway() throws Exception {
    cloud.desire("$edgeHub", TO_AGG);
    startCloud();
    await("routes", () -> cloud.reported("$edgeHub").contains("\"appliedDesiredVersion\":1"));
    try (var press = Paho.connect(hub, identity, "press")) {
      for (int i = 0; i < 100; i++) {
        press.send("raw", "m" + i).waitForCompletion(20_000);
      }
    }
    hub.killAndRestart();
    try (var agg = Paho.connect(hub, identity, "agg")) {
      agg.subscribe(IotHubTopics.inputs(TestIdentity.NODE, ModuleId.of("agg")));
      await("all of them", () -> agg.received().size() >= 100);
      assertThat(agg.received().stream().map(m -> m.substring(m.indexOf(' ') + 1)))
          .isEqualTo(numbered("m", 0, 100));
      assertThat(agg.received().getFirst()).contains("/modules/agg/inputs/in/");
    }
    assertThat(cloud.telemetry()).isEmpty();
  }

  @Test
  void servesTwinsWithAndWithoutTheCloud() throws Exception {
    cloud.desire("press", "{\"version\":1,\"desired\":{\"limit\":80,\"old\":true}}");
    startCloud();
    await("desired kept", () -> hub.log().contains("desired properties changed"));
    try (var press = Paho.connect(hub, identity, "press")) {
      press.subscribe(IotHubTopics.TWIN_RESPONSES).subscribe(IotHubTopics.DESIRED_PATCHES);
      cloud.desire("press", "{\"version\":2,\"desired\":{\"limit\":90}}");
      await("the change", () -> !press.received().isEmpty());
      assertThat(press.received().getFirst())
          .isEqualTo(IotHubTopics.desiredPatch(2) + " {\"old\":null,\"limit\":90,\"$version\":2}");
      cloud.stop();
      press.publish(IotHubTopics.reportedPatch("7"), "{\"speed\":3}", 1);
      await("204", () -> press.received().size() == 2);
      assertThat(press.received().get(1)).startsWith("$iothub/twin/res/204/?$rid=7&$version=1");
      press.publish(IotHubTopics.reportedPatch("8"), "not json", 1);
      await("400", () -> press.received().size() == 3);
      assertThat(press.received().get(2)).startsWith("$iothub/twin/res/400/?$rid=8");
    }
    hub.killAndRestart();
    try (var press = Paho.connect(hub, identity, "press")) {
      press.subscribe(IotHubTopics.TWIN_RESPONSES);
      press.publish(IotHubTopics.twinGet("9"), "", 0);
      await("the twin", () -> !press.received().isEmpty());
      assertThat(press.received().getFirst())
          .isEqualTo(
              "$iothub/twin/res/200/?$rid=9 {\"desired\":{\"limit\":90,\"$version\":2},"
                  + "\"reported\":{\"speed\":3,\"$version\":1}}");
    }
    startCloud();
    await(
        "the report",
        () -> cloud.reported("press").equals("{\"version\":1,\"reported\":{\"speed\":3}}"));
  }

  @Test
  void aBadDocumentIsReportedAndChangesNothing() throws Exception {
    cloud.desire("$edgeHub", TO_AGG);
    startCloud();
    await("routes", () -> cloud.reported("$edgeHub").contains("\"appliedDesiredVersion\":1"));
    cloud.desire(
        "$edgeHub",
        "{\"version\":2,\"desired\":{\"schemaVersion\":\"7\",\"routes\":{\"x\":\"FROM y\"}}}");
    await(
        "both problems", () -> cloud.reported("$edgeHub").contains("properties.desired.routes.x"));
    assertThat(cloud.reported("$edgeHub"))
        .contains(
            "\"code\":400", "properties.desired.schemaVersion", "\"appliedDesiredVersion\":1");
    try (var press = Paho.connect(hub, identity, "press")) {
      press.send("up", "still").waitForCompletion(20_000);
      await("the route still holds", () -> cloud.telemetry().contains("press:still"));
    }
  }

  @Test
  void aModuleCanOnlyBeItself() throws Exception {
    assertThatThrownBy(() -> Paho.connect(hub, identity, "press", "wrong"))
        .isInstanceOf(MqttSecurityException.class);
    assertThatThrownBy(() -> Paho.connect(hub, identity, "press", TestIdentity.password("agg")))
        .isInstanceOf(MqttSecurityException.class);
    try (var press = Paho.connect(hub, identity, "press")) {
      assertThat(press.granted("devices/" + TestIdentity.NODE + "/modules/agg/#")).isEqualTo(0x80);
      press.publish("devices/" + TestIdentity.NODE + "/modules/agg/messages/events/", "x", 0);
      await("the hub closes", () -> !press.isConnected());
    }
  }

  @Test
  void theLaterConnectionTakesOver() throws Exception {
    try (var first = Paho.connect(hub, identity, "press");
        var second = Paho.connect(hub, identity, "press")) {
      await("the first is closed", () -> !first.isConnected());
      second.send("up", "x").waitForCompletion(20_000);
      assertThat(second.isConnected()).isTrue();
    }
  }

  @Test
  void speaksMqtt5WithMosquitto() throws Exception {
    var events = "devices/" + TestIdentity.NODE + "/modules/press/messages/events/";
    assertThat(mosquittoPub("-V", "5", "-q", "1", "-t", events, "-m", "x")).isEqualTo("0 ");
    assertThat(mosquittoPub("-V", "311", "-q", "1", "-t", events, "-m", "x")).isEqualTo("0 ");
    assertThat(mosquittoPub("-V", "5", "-q", "1", "-t", "free", "-m", "x"))
        .contains("Not authorized");
    assertThat(mosquittoPub("-V", "5", "-q", "2", "-t", events, "-m", "x"))
        .contains("QoS not supported");
  }

  private List<String> mosquitto(String program, String... arguments) {
    var command = new ArrayList<>(List.of(program, "-h", "127.0.0.1"));
    command.addAll(List.of("-p", String.valueOf(hub.mqttPort())));
    command.addAll(List.of("--cafile", identity.folder().resolve("trust.pem").toString()));
    command.addAll(List.of("-i", TestIdentity.clientId("press")));
    command.addAll(List.of("-u", TestIdentity.userName("press")));
    command.addAll(List.of("-P", TestIdentity.password("press")));
    command.addAll(Arrays.asList(arguments));
    return command;
  }

  private String mosquittoPub(String... arguments) throws IOException, InterruptedException {
    var command = mosquitto("mosquitto_pub", arguments);
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return process.exitValue() + " " + said;
  }

  @Test
  void sendsTheWillOfAModuleThatDied() throws Exception {
    startCloud();
    var events = "devices/" + TestIdentity.NODE + "/modules/press/messages/events/";
    var dying =
        new ProcessBuilder(
                mosquitto(
                    "mosquitto_sub",
                    "-t",
                    "devices/" + TestIdentity.NODE + "/modules/press/#",
                    "--will-topic",
                    events,
                    "--will-payload",
                    "dead"))
            .redirectErrorStream(true)
            .start();
    await("it is connected", () -> hub.log().contains("module connected"));
    dying.destroyForcibly();
    await("its will", () -> cloud.telemetry().contains("press:dead"));
  }

  @Test
  void endsCleanlyOnSigterm() throws Exception {
    try (var press = Paho.connect(hub, identity, "press")) {
      press.send("up", "x").waitForCompletion(20_000);
      // 128 + 15: a JVM that ran its shutdown hooks on SIGTERM.
      assertThat(hub.stop()).isEqualTo(143);
    }
    assertThat(hub.log()).contains("hub stopped").doesNotContain(" ERROR ");
  }
}
