package dev.larder.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.topic.NodeTopics;
import dev.larder.common.topic.TelemetryEnvelope;
import dev.larder.common.traffic.TrafficMessage;
import dev.larder.common.traffic.TrafficMessage.Counts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Executors;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a hub meets: twins both ways and telemetry that is stored once. */
class HubIT {
  @RegisterExtension private final TestCloud cloud = new TestCloud();

  private static final Instant MINUTE = Instant.parse("2026-11-23T10:00:00Z");

  private TestNode node;
  private TestHub hub;

  @BeforeEach
  void start() throws Exception {
    node = TestNode.enrolOne(cloud);
    hub = new TestHub(node);
  }

  @AfterEach
  void stop() throws MqttException {
    hub.close();
  }

  private TestHub.Arrivals subscribe() throws MqttException {
    return hub.subscribe(NodeTopics.desiredFilter(node.id()));
  }

  private JsonNode next(TestHub.Arrivals desired, String twin)
      throws IOException, InterruptedException {
    return desired.next(NodeTopics.desired(node.id(), twin)).json();
  }

  /** Returns when the cloud has acknowledged. */
  private void publish(String topic, byte[] payload) throws MqttException {
    hub.publish(topic, payload);
  }

  private void telemetry(String epoch, long sequence, ModuleId module, String output, byte[] body)
      throws MqttException {
    publish(
        NodeTopics.telemetry(node.id(), module, epoch, sequence),
        Json.writeBytes(TelemetryEnvelope.of(MINUTE, output, Map.of(), body)));
  }

  private void traffic(String epoch, long sequence) throws MqttException {
    var message =
        new TrafficMessage(
            MINUTE.plusSeconds(sequence),
            MINUTE.plusSeconds(sequence + 5),
            Map.of("Windows updates", new Counts(10, 7, 700, 300, 310)));
    telemetry(epoch, sequence, ModuleId.CACHE, TrafficMessage.OUTPUT, Json.writeBytes(message));
  }

  private JsonNode rows(String step) throws IOException, InterruptedException {
    return cloud
        .get(
            node.path() + "/traffic?from=2026-11-23T00:00:00Z&to=2026-11-24T00:00:00Z&step=" + step)
        .body()
        .path("rows");
  }

  private void reported(long version, String reported) throws MqttException {
    publish(
        NodeTopics.reported(node.id(), "cache"),
        ("{\"version\":" + version + ",\"reported\":" + reported.replace('\'', '"') + "}")
            .getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void telemetryIsStoredOnceHoweverOftenItComes() throws Exception {
    traffic("a", 1);
    traffic("a", 2);
    traffic("a", 2);
    traffic("a", 1);
    cloud.restart();
    hub = new TestHub(node);
    traffic("a", 2);
    traffic("a", 3);
    traffic("b", 1);
    var rows = rows("minute");
    assertThat(rows.size()).isEqualTo(1);
    assertThat(rows.get(0).path("requests").asInt()).isEqualTo(40);
    assertThat(rows.get(0).path("hitBytes").asInt()).isEqualTo(2800);
    assertThat(rows("hour").get(0).path("at").asText()).isEqualTo("2026-11-23T10:00:00Z");
    assertThat(rows("day").get(0).path("at").asText()).isEqualTo("2026-11-23T00:00:00Z");
    var all = cloud.get(TestNode.RESOURCE + "/traffic?step=month");
    assertThat(all.problemPaths()).containsExactly("step");
  }

  @Test
  void whatCannotBeReadIsPassedOverAndOtherOutputsAreCounted() throws Exception {
    publish(
        NodeTopics.telemetry(node.id(), ModuleId.CACHE, "a", 1),
        "no envelope".getBytes(StandardCharsets.UTF_8));
    telemetry("a", 2, ModuleId.of("web"), "visits", new byte[] {1, 2, 3});
    telemetry("a", 3, ModuleId.of("web"), "visits", new byte[0]);
    traffic("a", 4);
    assertThat(rows("minute").size()).isEqualTo(1);
    var messages = cloud.get(node.path()).body().path("messages");
    assertThat(messages.size()).isEqualTo(1);
    assertThat(messages.get(0).path("count").asInt()).isEqualTo(2);
  }

  @Test
  void desiredPropertiesComeWhenSubscribedAndWhenChanged() throws Exception {
    var desired = subscribe();
    assertThat(next(desired, "$edgeHub").at("/desired/routes/upstream").asText())
        .contains("$upstream");
    var first = next(desired, "cache");
    cloud.api("PATCH", node.path() + "/configuration", "{'update': {'frequency': 'PT7S'}}");
    var second = next(desired, "cache");
    assertThat(second.path("version").asLong()).isEqualTo(first.path("version").asLong() + 1);
    assertThat(second.at("/desired/updates/schedule/checkEvery").asText()).isEqualTo("PT7S");
    cloud.api(
        "PUT",
        TestNode.RESOURCE + "/layers/web",
        """
        {'targetCondition': '*', 'priority': 1, 'content': {'modulesContent': {
          '$edgeAgent': {'properties.desired.modules.web':
            {'type': 'docker', 'settings': {'image': 'web:1'}}},
          'web': {'properties.desired': {'colour': 'blue'}}}}}
        """);
    assertThat(next(desired, "web").at("/desired/colour").asText()).isEqualTo("blue");
    cloud.api("DELETE", TestNode.RESOURCE + "/layers/web", "");
    assertThat(next(desired, "web"))
        .isEqualTo(Json.mapper().readTree("{\"version\":2,\"desired\":null}"));
    assertThat(cloud.get(node.path()).body().path("hubConnected").asBoolean()).isTrue();
  }

  @Test
  void theHighestReportedVersionIsKept() throws Exception {
    reported(2, "{'version': 'two'}");
    reported(1, "{'version': 'one'}");
    assertThat(cloud.get(node.path()).body().at("/cache/version").asText()).isEqualTo("two");
    node = TestNode.enrol(cloud, node.path());
    hub = new TestHub(node);
    reported(1, "{'version': 'anew'}");
    assertThat(cloud.get(node.path()).body().at("/cache/version").asText()).isEqualTo("anew");
  }

  private void offer(String version) throws IOException, InterruptedException {
    var now = cloud.clock().instant();
    cloud.api(
        "POST",
        "/api/v1/releases",
        """
        {'version': '%1$s', 'images': {'edgeAgent': 'a:%1$s', 'edgeHub': 'h:%1$s',
         'cache': 'c:%1$s'}, 'fastFrom': '%2$s', 'slowFrom': '%2$s'}
        """
            .formatted(version, now));
  }

  @Test
  void anAcceptedReleaseMovesTheNodeInItsWindowAndNotBefore() throws Exception {
    var desired = subscribe();
    next(desired, "cache");
    offer("1.1.0");
    assertThat(next(desired, "cache").at("/desired/updates/offers/0/version").asText())
        .isEqualTo("1.1.0");
    var now = cloud.clock().instant().atOffset(java.time.ZoneOffset.UTC);
    var tomorrow = now.plusDays(1);
    cloud.api(
        "PATCH",
        node.path() + "/configuration",
        "{'update': {'ring': 'slow', 'week': %d, 'day': %d, 'time': '%02d:%02d'}}"
            .formatted(
                (tomorrow.getDayOfMonth() - 1) / 7 + 1,
                tomorrow.getDayOfWeek().getValue(),
                tomorrow.getHour(),
                tomorrow.getMinute()));
    reported(1, "{'updates': {'accepted': '1.1.0'}}");
    assertThat(cloud.get(node.path()).body().path("release").asText()).isEqualTo("1.0.0");
    cloud.clock().forward(Duration.ofDays(1).plusMinutes(1));
    reported(2, "{'updates': {'accepted': '1.1.0'}}");
    var moved = cloud.get(node.path()).body();
    assertThat(moved.path("release").asText()).isEqualTo("1.1.0");
    assertThat(moved.at("/update/offers").size()).isEqualTo(0);
    var manifest = cloud.get(node.path() + "/manifest").body().toString();
    assertThat(manifest).contains("\"c:1.1.0\"").doesNotContain("larder-cache:1.0.0");
    assertThat(cloud.get("/api/v1/releases").body().path("releases").size()).isEqualTo(2);
    assertThat(cloud.get(node.path()).body().at("/update/nextWindow").isTextual()).isTrue();
  }

  private String method(String rest) {
    return node.path() + "/modules/cache/methods/" + rest;
  }

  @Test
  void aMethodGoesToTheNodeAndItsAnswerToTheAdministrator() throws Exception {
    assertThat(cloud.api("POST", method("purge"), "{}").status()).isEqualTo(409);
    var asked = hub.subscribe(NodeTopics.methodsFilter(node.id()));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answer = threads.submit(() -> cloud.api("POST", method("purge"), "{'group': 'windows'}"));
      var request = asked.next();
      var parsed = NodeTopics.parseMethodRequest(request.topic()).orElseThrow();
      assertThat(parsed.module()).isEqualTo("cache");
      assertThat(parsed.method()).isEqualTo("purge");
      assertThat(request.json().at("/payload/group").asText()).isEqualTo("windows");
      assertThat(request.json().path("responseTimeout").asText()).isEqualTo("PT20S");
      hub.publishOnce(
          NodeTopics.methodResponse(node.id(), parsed.requestId()),
          "{\"status\":200,\"payload\":{\"objects\":3}}".getBytes(StandardCharsets.UTF_8));
      assertThat(answer.get().status()).isEqualTo(200);
      assertThat(answer.get().body().at("/payload/objects").asInt()).isEqualTo(3);
    }
  }

  @Test
  void aMethodThatTheHubRefusesSaysWhy() throws Exception {
    assertRefused(404, "press is not connected", 409);
    assertRefused(429, "The hub waits for 256 other answers", 429);
    assertRefused(504, "press did not answer in time", 504);
  }

  private void assertRefused(int hubSays, String why, int status) throws Exception {
    var asked = hub.subscribe(NodeTopics.methodsFilter(node.id()));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answer = threads.submit(() -> cloud.api("POST", method("purge"), "{}"));
      var id = NodeTopics.parseMethodRequest(asked.next().topic()).orElseThrow().requestId();
      hub.publishOnce(
          NodeTopics.methodResponse(node.id(), id),
          "{\"status\":%d,\"payload\":{},\"refused\":\"%s\"}"
              .formatted(hubSays, why)
              .getBytes(StandardCharsets.UTF_8));
      assertThat(answer.get().status()).isEqualTo(status);
      assertThat(answer.get().detail()).isEqualTo(why);
    }
  }

  @Test
  void aMethodThatIsNotAnsweredEndsInTime() throws Exception {
    hub.subscribe(NodeTopics.methodsFilter(node.id()));
    var late = cloud.api("POST", method("purge?responseTimeout=5"), "{}");
    assertThat(late.status()).isEqualTo(504);
    assertThat(late.detail()).contains("5 s", "responseTimeout");
    assertThat(cloud.api("POST", method("purge?responseTimeout=1"), "{}").problemPaths())
        .containsExactly("responseTimeout");
    var nobody = TestNode.RESOURCE + "/nodes/nobody/modules/cache/methods/purge";
    assertThat(cloud.api("POST", nobody, "{}").status()).isEqualTo(404);
    hub.close();
    TestNode.create(cloud, "two", "{}");
    var two = TestNode.RESOURCE + "/nodes/two/modules/cache/methods/purge";
    assertThat(cloud.api("POST", two, "{}").status()).isEqualTo(409);
    hub = new TestHub(node);
  }

  @Test
  void aHubSpeaksForItsOwnNodeOnly() throws Exception {
    assertThatThrownBy(() -> new TestHub(node, "another")).isInstanceOf(MqttException.class);
    var other = TestNode.create(cloud, "two", "{}");
    var otherId = cloud.get(other).body().path("cacheNodeId").asText();
    assertThatThrownBy(() -> publish("larder/" + otherId + "/reported/cache", new byte[0]))
        .isInstanceOf(MqttException.class);
    assertThat(cloud.get(other).body().has("cache")).isFalse();
  }

  @Test
  void aDeletedNodesHubIsSentAwayAndStaysOut() throws Exception {
    cloud.api("DELETE", node.path(), "");
    Until.so("the hub is sent away", () -> !hub.isConnected());
    assertThatThrownBy(() -> new TestHub(node)).isInstanceOf(MqttException.class);
  }
}
