package dev.larder.common.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.DeviceId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {
  private static final CacheNodeId NODE = CacheNodeId.of("11111111-2222-3333-4444-555555555555");

  @Test
  void anEventCarriesItsProperties() {
    var properties = Map.of("$.on", "traffic", "unit", "a b&c=d/e%+", "empty", "");
    var parsed = IotHubTopics.parse(IotHubTopics.event(NODE, ModuleId.CACHE, properties));
    assertThat(parsed).contains(new IotHubTopics.Event(NODE.toString(), "cache", properties));
  }

  @Test
  void anEventMayHaveNoProperties() {
    assertThat(IotHubTopics.parse("devices/d/modules/m/messages/events"))
        .contains(new IotHubTopics.Event("d", "m", Map.of()));
    assertThat(IotHubTopics.parse("devices/d/modules/m/messages/events/"))
        .contains(new IotHubTopics.Event("d", "m", Map.of()));
  }

  @Test
  void twinRequestsAndResponsesCarryTheirId() {
    assertThat(IotHubTopics.parse(IotHubTopics.twinGet("7")))
        .contains(new IotHubTopics.TwinGet("7"));
    assertThat(IotHubTopics.parse(IotHubTopics.reportedPatch("8")))
        .contains(new IotHubTopics.ReportedPatch("8"));
    assertThat(IotHubTopics.parseTwinResponse(IotHubTopics.twinResponse(204, "8", Optional.of(3L))))
        .contains(new IotHubTopics.TwinResponse(204, "8", Optional.of(3L)));
  }

  @Test
  void aLeafDeviceSendsWithoutAModule() {
    assertThat(IotHubTopics.parse("devices/d/messages/events/a=1"))
        .contains(new IotHubTopics.Event("d", "", Map.of("a", "1")));
    assertThat(IotHubTopics.eventProperties("devices/d/messages/events/a=1&%24.on=o"))
        .containsExactlyInAnyOrderEntriesOf(Map.of("a", "1", "$.on", "o"));
    assertThat(IotHubTopics.eventProperties("a/b")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a/b",
        "$iothub/twin/GET",
        "devices/d/messages/",
        "$SYS/broker",
        "devices/d/modules/m/x"
      })
  void whatIsNoneOfIotHubsIsNothing(String topic) {
    assertThat(IotHubTopics.parse(topic)).isEmpty();
  }

  @Test
  void aNodesTopicsAreReadAsWritten() {
    assertThat(NodeTopics.parseUp(NodeTopics.telemetry(NODE, ModuleId.CACHE, "e1", 42)))
        .contains(new NodeTopics.Telemetry(NODE.toString(), "cache", "e1", 42));
    assertThat(NodeTopics.parseUp(NodeTopics.reported(NODE, "$edgeHub")))
        .contains(new NodeTopics.Reported(NODE.toString(), "$edgeHub"));
    assertThat(NodeTopics.parseUp(NodeTopics.desired(NODE, "cache"))).isEmpty();
    assertThat(NodeTopics.parseDesired(NodeTopics.desired(NODE, "cache"))).contains("cache");
    assertThat(NodeTopics.parseDesired(NodeTopics.reported(NODE, "cache"))).isEmpty();
  }

  @Test
  void methodsAreAskedAndAnsweredUnderOneId() {
    assertThat(IotHubTopics.methodRequest("purge", "r-1"))
        .isEqualTo("$iothub/methods/POST/purge/?$rid=r-1");
    assertThat(IotHubTopics.parseMethodRequest(IotHubTopics.methodRequest("purge", "r-1")))
        .contains(new IotHubTopics.MethodRequest("purge", "r-1"));
    assertThat(IotHubTopics.parse(IotHubTopics.methodResponse(404, "r-1")))
        .contains(new IotHubTopics.MethodResponse(404, "r-1"));
    assertThat(IotHubTopics.parseMethodRequest(IotHubTopics.twinGet("1"))).isEmpty();
    var down = NodeTopics.methodRequest(NODE, ModuleId.CACHE, "purge", "r-1");
    assertThat(NodeTopics.parseMethodRequest(down))
        .contains(new NodeTopics.MethodRequest("cache", "purge", "r-1"));
    assertThat(NodeTopics.parseUp(down)).isEmpty();
    var up = NodeTopics.methodResponse(NODE, "r-1");
    assertThat(NodeTopics.parseMethodResponse(up))
        .contains(new NodeTopics.MethodResponse(NODE.toString(), "r-1"));
    assertThat(NodeTopics.parseMethodResponse(up + "/x")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"press", "a.b%20_*?!(),:=@$'-", "device:twice"})
  void aDeviceStandsWhereAModuleCan(String id) {
    var device = DeviceId.of(id);
    var epoch = NodeTopics.epoch("store-1", 9);
    assertThat(NodeTopics.parseUp(NodeTopics.telemetry(NODE, device.name(), epoch, 7)))
        .contains(new NodeTopics.Telemetry(NODE.toString(), device.name(), "store-1.9", 7));
    assertThat(NodeTopics.parseUp(NodeTopics.reported(NODE, device.name())))
        .contains(new NodeTopics.Reported(NODE.toString(), device.name()));
    assertThat(NodeTopics.parseDesired(NodeTopics.desired(NODE, device.name())))
        .contains(device.name());
    assertThat(
            NodeTopics.parseMethodRequest(
                NodeTopics.methodRequest(NODE, device.name(), "stop", "r-1")))
        .contains(new NodeTopics.MethodRequest(device.name(), "stop", "r-1"));
    assertThat(NodeTopics.parseDevicebound(NodeTopics.devicebound(NODE, device, "m-1")))
        .contains(new NodeTopics.Devicebound(id, "m-1"));
    assertThat(DeviceId.ofName(device.name())).contains(device);
    assertThat(ModuleId.isOne(device.name())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "a+", "#", "a b", "å"})
  void whatHasAMeaningInATopicIsNoDevice(String id) {
    assertThatThrownBy(() -> DeviceId.of(id)).isInstanceOf(IllegalArgumentException.class);
    assertThat(DeviceId.ofName(DeviceId.PREFIX + id)).isEmpty();
  }

  @Test
  void aMessageForADeviceIsReadAsWritten() throws IOException {
    var at = Instant.parse("2026-11-23T10:00:00Z");
    var envelope =
        DeviceboundEnvelope.of(
            at, "m-1", Optional.of(at.plusSeconds(60)), Map.of("k", "v"), new byte[] {0, -1});
    var read = Json.mapper().readValue(Json.writeBytes(envelope), DeviceboundEnvelope.class);
    assertThat(read).isEqualTo(envelope);
    assertThat(read.payload()).containsExactly(0, -1);
    var lasting = DeviceboundEnvelope.of(at, "m-2", Optional.empty(), Map.of(), new byte[0]);
    assertThat(Json.mapper().readValue(Json.writeBytes(lasting), DeviceboundEnvelope.class))
        .isEqualTo(lasting);
    assertThatThrownBy(
            () -> DeviceboundEnvelope.of(at, "a/b", Optional.empty(), Map.of(), new byte[0]))
        .hasMessageContaining("a/b");
  }
}
