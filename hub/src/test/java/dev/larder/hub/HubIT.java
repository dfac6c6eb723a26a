package dev.larder.hub;

import static dev.larder.hub.HubProcess.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.id.ModuleId;
import dev.larder.common.topic.IotHubTopics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hub's process, clients that others wrote, and a cloud over real sockets. */
final class HubIT {
  private static final String EVENTS =
      "devices/" + TestIdentity.NODE + "/modules/press/messages/events/";
  private static final String TO_AGG =
      """
      {"schemaVersion": "1.1", "routes": {
        "up": "FROM /messages/modules/press/outputs/up INTO $upstream",
        "agg": "FROM /messages/modules/press/outputs/raw INTO BrokeredEndpoint('/modules/agg/inputs/in')"}}
      """;

  @TempDir private Path folder;

  private static List<String> numbered(String prefix, int from, int until) {
    return IntStream.range(from, until).mapToObj(i -> prefix + i).toList();
  }

  private static void sendAll(Paho press, String output, List<String> texts) throws MqttException {
    for (var text : texts) {
      Paho.done(press.send(output, text));
    }
  }

  @Test
  void keepsTelemetryWhileTheCloudIsAwayAndSendsItOnce() throws MqttException {
    try (var node = TestNode.start(folder);
        var press = node.module("press")) {
      var cloud = node.cloud();
      sendAll(press, "up", numbered("m", 0, 50));
      await("first part", () -> cloud.telemetry().size() == 50);
      node.stopCloud();
      sendAll(press, "up", numbered("m", 50, 200));
      node.hub().killAndRestart();
      press.reconnect();
      sendAll(press, "up", numbered("m", 200, 300));
      node.startCloud();
      await("second part", () -> cloud.telemetry().size() >= 300);
      assertThat(cloud.telemetry()).isEqualTo(numbered("press:m", 0, 300));
      assertThat(cloud.backwards()).isZero();
      assertThat(cloud.propertiesOf("m0"))
          .containsEntry("$.on", "up")
          .containsEntry("$.cdid", TestIdentity.NODE.toString())
          .containsEntry("$.cmid", "press");
    }
  }

  @Test
  void routesDecideByConditions() throws Exception {
    var desired =
        """
        {"schemaVersion": "1.1", "routes": {
          "hot": "FROM /messages/modules/press/* WHERE kind = 'heat' AND $body.celsius > 40 INTO $upstream",
          "named": "FROM /messages/* WHERE {$messageId} = 'm-7' INTO $upstream",
          "agg": "FROM /messages/modules/agg/outputs/* WHERE NOT is_defined(quiet) INTO $upstream"}}
        """;
    var heat = EVENTS + "kind=heat&$.ct=application%2Fjson&$.ce=utf-8";
    try (var node = TestNode.start(folder, desired);
        var press = node.module("press");
        var agg = node.module("agg")) {
      Paho.done(press.publish(heat, "{\"celsius\":41}", 1));
      Paho.done(press.publish(heat, "{\"celsius\":39}", 1));
      Paho.done(press.publish(EVENTS + "kind=other", "{\"celsius\":41}", 1));
      Paho.done(press.publish(EVENTS + "$.mid=m-7", "named", 1));
      var aggs = EVENTS.replace("press", "agg");
      Paho.done(agg.publish(aggs + "$.on=o&quiet=1", "quiet", 1));
      Paho.done(agg.publish(aggs, "no output", 1));
      Paho.done(agg.publish(aggs + "$.on=o", "loud", 1));
      await("the last", () -> node.cloud().telemetry().contains("agg:loud"));
      assertThat(node.cloud().telemetry())
          .containsExactly("press:{\"celsius\":41}", "press:named", "agg:loud");
      Paho.done(agg.publish(aggs + "$.on=o", "at QoS 0", 0));
      Paho.done(agg.publish(aggs + "$.on=o", "at QoS 2", 2));
      await("the others", () -> node.cloud().telemetry().contains("agg:at QoS 2"));
      assertThat(node.cloud().telemetry()).contains("agg:at QoS 0");
    }
  }

  /** All its copies are one group of the log, which has to have room for them in any segment. */
  @Test
  void atQos2OneMessageGoesWholeToSinksOfManyTimesToLive() throws Exception {
    var routes =
        IntStream.range(1, 6)
            .mapToObj(i ->
                ("\"r%1$d\": {\"route\": \"FROM /messages/modules/press/* INTO"
                        + " BrokeredEndpoint('/modules/agg/inputs/in%1$d')\", \"timeToLiveSecs\": %2$d}")
                    .formatted(i, 1_000 * i))
            .collect(Collectors.joining(", "));
    var text = "x".repeat(200_000);
    var lasting = new MqttConnectOptions();
    lasting.setCleanSession(false);
    try (var node =
            TestNode.start(
                folder, "{\"schemaVersion\": \"1.1\", \"routes\": {%s}}".formatted(routes));
        var agg = node.module("agg");
        var press = Paho.connect(node.hub().uri(), node.identity(), Who.module("press"), lasting)) {
      agg.subscribe(IotHubTopics.inputs(TestIdentity.NODE, ModuleId.of("agg")));
      for (int i = 0; i < 20; i++) {
        Paho.done(press.publish(EVENTS + "$.on=o", text, 2));
      }
      await("each of them five times", () -> agg.received().size() >= 100);
      assertThat(agg.received()).hasSize(100).allMatch(one -> one.endsWith(text));
      assertThat(press.isConnected()).isTrue();
    }
  }

  @Test
  void urgentMessagesGoFirstAndTheOthersDoNotStarve() throws Exception {
    var desired =
        """
        {"schemaVersion": "1.1", "routes": {
          "slow": {"route": "FROM /messages/modules/press/outputs/log INTO $upstream", "priority": 9},
          "fast": {"route": "FROM /messages/modules/press/outputs/alarm INTO $upstream", "priority": 0}}}
        """;
    try (var node = TestNode.start(folder, desired);
        var press = node.module("press")) {
      node.stopCloud();
      sendAll(press, "log", numbered("log", 0, 50));
      sendAll(press, "alarm", numbered("alarm", 0, 50));
      node.startCloud();
      await("all", () -> node.cloud().telemetry().size() >= 100);
      var stored = node.cloud().telemetry();
      assertThat(stored).filteredOn(t -> t.contains("log")).isEqualTo(numbered("press:log", 0, 50));
      assertThat(stored)
          .filteredOn(t -> t.contains("alarm"))
          .isEqualTo(numbered("press:alarm", 0, 50));
      assertThat(stored.indexOf("press:log0")).isLessThan(stored.indexOf("press:alarm49"));
      assertThat(stored.indexOf("press:log1")).isGreaterThan(stored.indexOf("press:alarm49"));
    }
  }

  @Test
  void whatIsTooOldForItsRouteIsNotSent() throws Exception {
    var desired =
        """
        {"schemaVersion": "1.1", "routes": {
          "brief": {"route": "FROM /messages/modules/press/outputs/brief INTO $upstream", "timeToLiveSecs": 1},
          "long": "FROM /messages/modules/press/outputs/long INTO $upstream"}}
        """;
    try (var node = TestNode.start(folder, desired);
        var press = node.module("press")) {
      node.stopCloud();
      sendAll(press, "brief", List.of("gone"));
      sendAll(press, "long", List.of("stays"));
      long sent = System.nanoTime();
      await("its time passes", () -> System.nanoTime() - sent > 1_500_000_000L);
      node.startCloud();
      sendAll(press, "brief", List.of("in time"));
      await("the others", () -> node.cloud().telemetry().size() == 2);
      assertThat(node.cloud().telemetry())
          .containsExactlyInAnyOrder("press:stays", "press:in time");
    }
  }

  @Test
  void keepsMessagesForAModuleThatIsAway() throws Exception {
    try (var node = TestNode.start(folder, TO_AGG)) {
      try (var press = node.module("press")) {
        sendAll(press, "raw", numbered("m", 0, 100));
      }
      node.hub().killAndRestart();
      try (var agg = node.module("agg")) {
        agg.subscribe(IotHubTopics.inputs(TestIdentity.NODE, ModuleId.of("agg")));
        await("all of them", () -> agg.received().size() >= 100);
        assertThat(agg.messages().stream().map(RealClient.Message::text))
            .isEqualTo(numbered("m", 0, 100));
        assertThat(agg.received().getFirst())
            .startsWith(IotHubTopics.input(TestIdentity.NODE, ModuleId.of("agg"), "in", Map.of()))
            .contains("%24.cmid=press", "%24.cdid=" + TestIdentity.NODE, "%24.on=raw");
      }
      assertThat(node.cloud().telemetry()).isEmpty();
    }
  }

  @Test
  void aBadDocumentIsReportedAndChangesNothing() throws Exception {
    try (var node = TestNode.start(folder, TO_AGG);
        var press = node.module("press")) {
      var cloud = node.cloud();
      node.offer("{\"schemaVersion\":\"7\",\"routes\":{\"x\":\"FROM y\"}}");
      await(
          "both problems",
          () -> cloud.reported("$edgeHub").contains("properties.desired.routes.x"));
      assertThat(cloud.reported("$edgeHub"))
          .contains(
              "\"code\":400", "properties.desired.schemaVersion", "\"appliedDesiredVersion\":1");
      sendAll(press, "up", List.of("still"));
      await("the route still holds", () -> cloud.telemetry().contains("press:still"));
    }
  }

  @Test
  void aBadRouteIsNamedAndTheOthersHold() throws Exception {
    try (var node = TestNode.start(folder, TO_AGG);
        var press = node.module("press")) {
      node.settings(
          "{\"schemaVersion\":\"1.1\",\"routes\":{\"x\":\"FROM /* WHERE a = INTO $upstream\","
              + "\"up\":\"FROM /* INTO $upstream\"}}");
      assertThat(node.cloud().reported("$edgeHub"))
          .contains("\"code\":400", "properties.desired.routes.x", "without its bad routes");
      sendAll(press, "any", List.of("new"));
      await("the other route holds", () -> node.cloud().telemetry().contains("press:new"));
    }
  }

  @Test
  void theLaterConnectionTakesOver() throws Exception {
    try (var node = TestNode.start(folder);
        var first = node.module("press");
        var second = node.module("press")) {
      await("the first is closed", () -> !first.isConnected());
      Paho.done(second.send("up", "x"));
      assertThat(second.isConnected()).isTrue();
    }
  }

  @Test
  void sendsTheWillOfAModuleThatDied() throws Exception {
    try (var node = TestNode.start(folder)) {
      var options = new MqttConnectOptions();
      options.setWill(EVENTS, "dead".getBytes(StandardCharsets.UTF_8), 1, false);
      var dying = Paho.connect(node.hub().uri(), node.identity(), Who.module("press"), options);
      dying.cut();
      await("its will", () -> node.cloud().telemetry().contains("press:dead"));
    }
  }

  @Test
  void endsCleanlyOnSigterm() throws Exception {
    try (var node = TestNode.start(folder);
        var press = node.module("press")) {
      Paho.done(press.send("up", "x"));
      // 128 + 15: a JVM that ran its shutdown hooks on SIGTERM.
      assertThat(node.hub().stop()).isEqualTo(143);
      await("the client hears of it", () -> !press.isConnected());
      assertThat(node.hub().log()).contains("hub stopped").doesNotContain(" ERROR ");
    }
  }
}
