package dev.larder.hub;

import static dev.larder.hub.HubProcess.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.topic.IotHubTopics;
import java.nio.file.Path;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Twins, between modules, the hub's disk and the cloud. */
final class TwinIT {
  @TempDir private Path folder;

  private static String patched(Paho press, String id, String patch) throws MqttException {
    int before = press.received().size();
    Paho.done(press.publish(IotHubTopics.reportedPatch(id), patch, 1));
    await("the answer to " + id, () -> press.received().size() > before);
    return press.received().get(before);
  }

  private static String twin(Paho press, String id) throws MqttException {
    int before = press.received().size();
    Paho.done(press.publish(IotHubTopics.twinGet(id), "", 0));
    await("the twin", () -> press.received().size() > before);
    return press.received().get(before);
  }

  @Test
  void aChangeComesAsAPatchAndAgainNever() throws Exception {
    try (var node = TestNode.start(folder);
        var press = node.module("press")) {
      press.subscribe(IotHubTopics.DESIRED_PATCHES);
      node.cloud().desire("press", "{\"version\":1,\"desired\":{\"limit\":80,\"old\":true}}");
      node.cloud().desire("press", "{\"version\":1,\"desired\":{\"limit\":80,\"old\":true}}");
      node.cloud().desire("press", "{\"version\":2,\"desired\":{\"limit\":90}}");
      await("the second change", () -> press.received().size() >= 2);
      node.cloud().desire("press", "{\"version\":3,\"desired\":null}");
      await("the loss", () -> press.received().size() >= 3);
      assertThat(press.received())
          .containsExactly(
              IotHubTopics.desiredPatch(1) + " {\"limit\":80,\"old\":true,\"$version\":1}",
              IotHubTopics.desiredPatch(2) + " {\"old\":null,\"limit\":90,\"$version\":2}",
              IotHubTopics.desiredPatch(3) + " {\"limit\":null,\"$version\":3}");
    }
  }

  @Test
  void servesTwinsWithAndWithoutTheCloud() throws Exception {
    try (var node = TestNode.start(folder)) {
      try (var press = node.module("press")) {
        press.subscribe(IotHubTopics.DESIRED_PATCHES);
        node.cloud().desire("press", "{\"version\":2,\"desired\":{\"limit\":90}}");
        await("the change", () -> press.received().size() == 1);
      }
      node.stopCloud();
      try (var press = node.module("press")) {
        press.subscribe(IotHubTopics.TWIN_RESPONSES);
        assertThat(patched(press, "7", "{\"speed\":3,\"deep\":{\"a\":1,\"b\":2}}"))
            .isEqualTo("$iothub/twin/res/204/?$rid=7&$version=1 ");
        assertThat(patched(press, "8", "not json")).startsWith("$iothub/twin/res/400/?$rid=8 ");
        assertThat(patched(press, "9", "[1]")).startsWith("$iothub/twin/res/400/?$rid=9 ");
        assertThat(patched(press, "10", "{\"deep\":{\"a\":null,\"c\":3}}"))
            .startsWith("$iothub/twin/res/204/?$rid=10&$version=2");
      }
      node.hub().killAndRestart();
      try (var press = node.module("press")) {
        press.subscribe(IotHubTopics.TWIN_RESPONSES);
        assertThat(twin(press, "11"))
            .isEqualTo(
                "$iothub/twin/res/200/?$rid=11 {\"desired\":{\"limit\":90,\"$version\":2},"
                    + "\"reported\":{\"speed\":3,\"deep\":{\"b\":2,\"c\":3},\"$version\":2}}");
        assertThat(patched(press, "12", "{\"speed\":4}"))
            .startsWith("$iothub/twin/res/204/?$rid=12&$version=3");
      }
      assertThat(node.cloud().reports("press")).isEmpty();
      node.startCloud();
      await("the report", () -> !node.cloud().reports("press").isEmpty());
      assertThat(node.cloud().reports("press"))
          .as("all changes at once")
          .containsExactly("{\"version\":3,\"reported\":{\"speed\":4,\"deep\":{\"b\":2,\"c\":3}}}");
    }
  }

  @Test
  void aLargeTwinIsTakenAndATooLargeOneRefused() throws Exception {
    try (var node = TestNode.start(folder);
        var press = node.module("press")) {
      press.subscribe(IotHubTopics.TWIN_RESPONSES);
      assertThat(patched(press, "1", "{\"a\":\"" + "x".repeat(100_000) + "\"}"))
          .startsWith("$iothub/twin/res/204/?$rid=1&$version=1");
      assertThat(patched(press, "2", "{\"b\":\"" + "x".repeat(200_000) + "\"}"))
          .startsWith("$iothub/twin/res/400/?$rid=2 ")
          .contains("remove some with null");
      await("the report", () -> node.cloud().reported("press").length() > 100_000);
    }
  }

  @Test
  void aModuleSeesItsOwnTwinAlone() throws Exception {
    try (var node = TestNode.start(folder);
        var press = node.module("press");
        var agg = node.module("agg")) {
      press.subscribe(IotHubTopics.TWIN_RESPONSES);
      agg.subscribe(IotHubTopics.TWIN_RESPONSES).subscribe(IotHubTopics.DESIRED_PATCHES);
      assertThat(patched(press, "1", "{\"mine\":1}")).contains("/204/");
      assertThat(twin(agg, "2")).endsWith("\"reported\":{\"$version\":0}}");
      node.cloud().desire("press", "{\"version\":1,\"desired\":{\"limit\":80}}");
      node.cloud().desire("agg", "{\"version\":1,\"desired\":{\"other\":1}}");
      await("its own", () -> agg.received().size() == 2);
      assertThat(agg.received().getLast()).contains("other").doesNotContain("limit");
    }
  }
}
