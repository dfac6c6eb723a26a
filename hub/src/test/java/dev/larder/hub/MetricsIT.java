package dev.larder.hub;

import static dev.larder.hub.HubProcess.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.common.topic.IotHubTopics;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus is told by the hub's process. */
final class MetricsIT {
  private static final String SETTINGS =
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
    cloud.start(identity.folder(), cloudPort);
    cloud.desire("$edgeHub", SETTINGS);
    hub = HubProcess.start(identity, folder);
    await("the hub is connected", () -> value("larder_hub_upstream_connected") == 1);
  }

  @AfterEach
  void stop() {
    hub.close();
    cloud.close();
  }

  /** The value of the sample of a name with some labels; -1 when there is none. */
  private double value(String name, String... labels) {
    var wanted = Pattern.compile(Pattern.quote(name) + "\\{([^}]*)} ([0-9.E+-]+)");
    return hub.get("/metrics")
        .lines()
        .map(wanted::matcher)
        .filter(line -> line.matches() && hasAll(line.group(1), labels))
        .mapToDouble(line -> Double.parseDouble(line.group(2)))
        .findFirst()
        .orElse(-1);
  }

  private static boolean hasAll(String found, String... labels) {
    for (var label : labels) {
      if (!found.contains(label)) {
        return false;
      }
    }
    return true;
  }

  @Test
  void countsWhatWentThrough() throws MqttException {
    await("the routes hold", () -> hub.log().contains("settings applied"));
    try (var press = Paho.connect(hub, identity, "press");
        var agg = Paho.connect(hub, identity, "agg")) {
      agg.subscribe("devices/" + TestIdentity.NODE + "/modules/agg/inputs/in/#");
      press.subscribe(IotHubTopics.TWIN_RESPONSES);
      for (int i = 0; i < 10; i++) {
        press.send("up", "x".repeat(100)).waitForCompletion(20_000);
      }
      press.send("raw", "to agg").waitForCompletion(20_000);
      press.send("nowhere", "lost").waitForCompletion(20_000);
      press.publish(IotHubTopics.twinGet("1"), "", 1).waitForCompletion(20_000);
      await("the cloud has them", () -> cloud.telemetry().size() == 10);
      await("the input has its one", () -> !agg.received().isEmpty());

      await(
          "the cloud's acknowledgements",
          () -> value("edgehub_messages_sent_total", "to=\"$upstream\"", "priority=\"9\"") == 10);
      await(
          "the module's acknowledgement",
          () -> value("edgehub_messages_sent_total", "to=\"/modules/agg/inputs/in\"") == 1);
      assertThat(value("edgehub_messages_received_total")).isEqualTo(12);
      assertThat(value("edgehub_message_size_bytes_bucket", "le=\"64.0\"")).isEqualTo(2);
      assertThat(value("edgehub_message_size_bytes_count")).isEqualTo(12);
      assertThat(value("edgehub_messages_dropped_total", "reason=\"no_route\"")).isEqualTo(1);
      assertThat(value("edgehub_messages_dropped_total", "reason=\"ttl_expiry\"")).isZero();
      assertThat(value("edgehub_queue_length", "endpoint=\"$upstream\"", "priority=\"9\""))
          .isZero();
      assertThat(value("edgehub_gettwin_total")).isEqualTo(1);
      assertThat(value("edgehub_connected_clients")).isEqualTo(2);
      assertThat(value("edgehub_message_send_duration_seconds_count", "to=\"$upstream\""))
          .isPositive();
      assertThat(value("larder_hub_upstream_acknowledged_total")).isEqualTo(10);
      assertThat(value("larder_hub_commit_seconds_count")).isPositive();
      assertThat(value("larder_hub_log_bytes")).isPositive();
      assertThat(value("larder_hub_disk_full")).isZero();
    }
    await("they are gone", () -> value("edgehub_client_disconnect_total") == 2);
  }

  @Test
  void namesTheCloudTheNodeAndTheRun() {
    assertThat(value("edgehub_connected_clients", "iothub=\"127.0.0.1\"")).isZero();
    assertThat(value("edgehub_connected_clients", "edge_device=\"" + TestIdentity.NODE + "\""))
        .isZero();
    assertThat(value("jvm_threads_live_threads", "instance_number=\"")).isPositive();
    assertThat(hub.get("/metrics")).contains("200 OK", "text/plain; version=0.0.4");
    assertThat(hub.get("/nothing")).contains("404");
  }

  @Test
  void countsWhoWasNotLetIn() {
    var press = Who.module("press");
    var wrong = new Who(press.clientId(), press.userName(), "wrong", Optional.empty());
    assertThatThrownBy(() -> Paho.connect(hub, identity, wrong)).isInstanceOf(MqttException.class);
    assertThat(value("edgehub_client_connect_failed_total", "reason=\"wrong_key\"")).isEqualTo(1);
    assertThat(value("larder_hub_logins_refused_total", "why=\"wrong_key\"")).isEqualTo(1);
    assertThat(value("edgehub_client_connect_success_total")).isZero();
  }

  @Test
  void countsHowLongTheCloudWasAway() {
    cloud.stop();
    await("the hub sees it", () -> value("larder_hub_upstream_connected") == 0);
    await("it tries", () -> value("edgehub_operation_retry_total", "operation=\"connect\"") > 0);
    assertThat(value("edgehub_offline_count_total")).isEqualTo(2);
    assertThat(value("edgehub_offline_duration_seconds_sum")).isPositive();
  }
}
