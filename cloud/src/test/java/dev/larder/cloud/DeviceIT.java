package dev.larder.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.id.DeviceId;
import dev.larder.common.json.Json;
import dev.larder.common.topic.DeviceboundEnvelope;
import dev.larder.common.topic.NodeTopics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Leaf devices behind a node, as the cloud reaches them by its hub. */
class DeviceIT {
  @RegisterExtension private final TestCloud cloud = new TestCloud();

  private static final DeviceId PRESS = DeviceId.of("press:1");

  private TestNode node;
  private TestHub hub;

  @BeforeEach
  void start() throws Exception {
    node = TestNode.enrol(cloud, TestNode.create(cloud, "one", "{'site': 'lab'}"));
    var listed =
        """
        {'targetCondition': 'tags.site = \\u0027lab\\u0027', 'priority': 1,
         'content': {'modulesContent': {
           '$edgeHub': {'properties.desired.devices': {'press:1': {'generation': '1'}}}}}}
        """;
    var layer = cloud.api("PUT", TestNode.RESOURCE + "/layers/devices", listed);
    assertThat(layer.status()).as(layer.body().toString()).isLessThan(300);
    hub = new TestHub(node);
  }

  @AfterEach
  void stop() throws MqttException {
    hub.close();
  }

  private TestCloud.Answer send(String body) throws IOException, InterruptedException {
    return cloud.api("POST", node.path() + "/devices/" + PRESS + "/messages", body);
  }

  @Test
  void aMessageIsTakenWhenTheHubHasAcknowledgedIt() throws Exception {
    var came = hub.subscribe(NodeTopics.deviceboundFilter(node.id()));
    var answer =
        send(
            """
            {'body': {'speed': 5}, 'messageId': 'm-1', 'correlationId': 'c', 'expiresIn': 'PT1H',
             'properties': {'unit': 'rpm'}}
            """);
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.body().path("messageId").asText()).isEqualTo("m-1");
    var message = came.next();
    assertThat(message.topic()).isEqualTo(NodeTopics.devicebound(node.id(), PRESS, "m-1"));
    assertThat(NodeTopics.parseDevicebound(message.topic()))
        .contains(new NodeTopics.Devicebound(PRESS.value(), "m-1"));
    var envelope = Json.mapper().readValue(message.text(), DeviceboundEnvelope.class);
    assertThat(new String(envelope.payload(), UTF_8)).isEqualTo("{\"speed\":5}");
    assertThat(envelope.properties()).isEqualTo(Map.of("unit", "rpm", "$.cid", "c"));
    assertThat(envelope.expiry()).contains(envelope.at().plus(Duration.ofHours(1)));
    assertThat(envelope.expiry().map(Instant::toString))
        .contains(answer.body().path("expiresAt").asText());
    for (int i = 0; i < 150; i++) {
      assertThat(send("{'body': 'x'}").status()).isEqualTo(202);
      came.next();
    }
  }

  @Test
  void aHubThatIsOlderOrAwayIsRefusedWithTheMend() throws Exception {
    var older = send("{'body': 1}");
    assertThat(older.status()).isEqualTo(409);
    assertThat(older.detail()).contains("newer release");
    hub.close();
    Until.so("the hub is gone", () -> send("{'body': 1}").detail().contains("not connected"));
    assertThat(send("{'body': 1}").status()).isEqualTo(409);
    assertThat(send("{'bodyBase64': '?'}").problemPaths()).containsExactly("bodyBase64");
    var unlisted = cloud.api("POST", node.path() + "/devices/scale/messages", "{'body': 1}");
    assertThat(unlisted.status()).isEqualTo(404);
    assertThat(unlisted.detail()).contains("lists no leaf device \"scale\"", "$edgeHub");
    assertThat(cloud.api("POST", node.path() + "/devices/a%2Fb/messages", "{'body': 1}").status())
        .isEqualTo(404);
    assertThat(
            cloud
                .api("POST", TestNode.RESOURCE + "/nodes/nobody/devices/d/messages", "{'body': 1}")
                .status())
        .isEqualTo(404);
    hub = new TestHub(node);
  }

  @Test
  void aMessageThatIsNotAcknowledgedIsLate() throws Exception {
    hub.acknowledgeNothing();
    var came = hub.subscribe(NodeTopics.deviceboundFilter(node.id()));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = threads.submit(() -> send("{'body': 1, 'messageId': 'm-1'}"));
      came.next();
      var unconfirmed = first.get(30, TimeUnit.SECONDS);
      assertThat(unconfirmed.status()).isEqualTo(504);
      assertThat(unconfirmed.detail()).contains("did not confirm", "same messageId");
      var second = threads.submit(() -> send("{'body': 1, 'messageId': 'm-1'}"));
      came.next();
      hub.close();
      var left = second.get(10, TimeUnit.SECONDS);
      assertThat(left.status()).isEqualTo(504);
      assertThat(left.detail()).contains("went away", "same messageId");
    }
    hub = new TestHub(node);
  }

  @Test
  void aDeviceIsCalledAsAModuleIs() throws Exception {
    var asked = hub.subscribe(NodeTopics.methodsFilter(node.id()));
    var path = node.path() + "/devices/" + PRESS + "/methods/stop";
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answer = threads.submit(() -> cloud.api("POST", path, "{'now': true}"));
      var parsed = NodeTopics.parseMethodRequest(asked.next().topic()).orElseThrow();
      assertThat(parsed.module()).isEqualTo(PRESS.name());
      assertThat(parsed.method()).isEqualTo("stop");
      hub.publishOnce(
          NodeTopics.methodResponse(node.id(), parsed.requestId()),
          "{\"status\":200,\"payload\":{\"stopped\":1}}".getBytes(UTF_8));
      assertThat(answer.get().body().at("/payload/stopped").asInt()).isEqualTo(1);
    }
    var late = cloud.api("POST", path + "?responseTimeout=5", "{}");
    assertThat(late.status()).isEqualTo(504);
    assertThat(late.detail()).startsWith("The device press:1 did not answer within 5 s");
  }

  private void report(long version, String colour) throws MqttException {
    hub.publish(
        NodeTopics.reported(node.id(), PRESS.name()),
        ("{\"version\":" + version + ",\"reported\":{\"colour\":\"" + colour + "\"}}")
            .getBytes(UTF_8));
  }

  private TestCloud.Answer twin(String name) throws IOException, InterruptedException {
    return cloud.get(node.path() + "/twins/" + name);
  }

  @Test
  void whatADeviceReportsIsKept() throws Exception {
    assertThat(twin(PRESS.name()).status()).isEqualTo(404);
    report(2, "red");
    report(1, "blue");
    var twin = twin(PRESS.name()).body();
    assertThat(twin.at("/reported/colour").asText()).isEqualTo("red");
    assertThat(twin.path("reportedVersion").asInt()).isEqualTo(2);
    assertThat(twin.path("desiredVersion").asInt()).isZero();
    assertThat(twin.has("desired")).isFalse();
    report(3, "green");
    assertThat(twin(PRESS.name()).body().at("/reported/colour").asText()).isEqualTo("green");

    var came = hub.subscribe(NodeTopics.desiredFilter(node.id()));
    cloud.api("PATCH", node.path() + "/configuration", "{'update': {'frequency': 'PT7S'}}");
    TestHub.Arrival desired;
    do {
      desired = came.next();
      assertThat(NodeTopics.parseDesired(desired.topic()).orElseThrow()).isIn("$edgeHub", "cache");
    } while (!desired.text().contains("PT7S"));
    TestNode.enrol(cloud, node.path());
    assertThat(twin(PRESS.name()).status()).isEqualTo(404);
  }

  @Test
  void whatTheHubReportsIsShown() throws Exception {
    hub.publish(
        NodeTopics.reported(node.id(), "$edgeHub"),
        """
        {"version":1,"reported":{"schemaVersion":"1.2","storeAndForward":{"queues":
          {"$upstream":{"0":{"waiting":3,"bytes":9,"expired":1,"overQuota":0}}}}}}
        """
            .getBytes(UTF_8));
    var twin = twin("$edgeHub").body();
    assertThat(twin.at("/reported/storeAndForward/queues/$upstream/0/waiting").asInt())
        .isEqualTo(3);
    assertThat(twin.at("/desired/routes").isObject()).isTrue();
  }
}
