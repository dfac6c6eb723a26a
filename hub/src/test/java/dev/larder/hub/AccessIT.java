package dev.larder.hub;

import static dev.larder.hub.HubProcess.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttSecurityException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The open topics, which {@code mqttBroker.authorizations} gives and nothing else. */
final class AccessIT {
  private static final String LIST =
      """
      {"identities": ["press"], "allow": [{"operations": ["mqtt:publish"], "resources": ["plant/#"]}]},
      {"identities": ["agg"],
       "allow": [{"operations": ["mqtt:subscribe"], "resources": ["plant/#"]}],
       "deny": [{"operations": ["mqtt:subscribe"], "resources": ["plant/secret/#"]}]},
      {"identities": ["{{iot:identity}}"],
       "allow": [{"operations": ["mqtt:publish", "mqtt:subscribe"], "resources": ["own/{{iot:module_id}}/#"]}]},
      {"identities": ["device:printer-7"],
       "allow": [{"operations": ["mqtt:publish"], "resources": ["devices-own/{{iot:device_id}}"]}]},
      {"identities": ["anonymous"],
       "allow": [{"operations": ["mqtt:connect"]},
                 {"operations": ["mqtt:subscribe"], "resources": ["plant/public"]}]}
      """;

  @TempDir private Path folder;

  private static String settings(String list) {
    return "{\"schemaVersion\": \"1.2\", \"routes\": {}, \"devices\": {\"printer-7\": {\"generation\":"
        + " \"1\"}}, \"mqttBroker\": {\"authorizations\": ["
        + list
        + "]}}";
  }

  /** MQTT 3.1.1 has no refusing answer: the connection ends. */
  private static void assertMayNotPublish(TestNode node, Who who, String topic, int qos)
      throws MqttException {
    try (var client = node.client(who)) {
      client.publish(topic, "x", qos);
      await("the hub closes on " + topic, () -> !client.isConnected());
    }
  }

  @Test
  void withoutAListNothingIsOpen() throws Exception {
    try (var node = TestNode.start(folder)) {
      try (var press = node.module("press")) {
        assertThat(press.isGranted("plant/heat")).isFalse();
        assertThat(press.isGranted("#")).isFalse();
        assertThat(press.isGranted("$share/g/plant/heat")).isFalse();
      }
      for (int qos = 0; qos <= 2; qos++) {
        assertMayNotPublish(node, Who.module("press"), "plant/heat", qos);
      }
      assertThatThrownBy(() -> Paho.open(node.hub(), node.identity(), "anyone"))
          .isInstanceOf(MqttSecurityException.class);
    }
  }

  @Test
  void theListGivesEachItsOwn() throws Exception {
    try (var node = TestNode.start(folder, settings(LIST));
        var press = node.module("press");
        var agg = node.module("agg");
        var anyone = Paho.open(node.hub(), node.identity(), "anyone")) {
      agg.subscribe("plant/#", 2);
      anyone.subscribe("plant/public", 1);
      assertThat(agg.isGranted("plant/secret/#")).isFalse();
      assertThat(agg.isGranted("plant/secret/a")).isFalse();
      assertThat(agg.isGranted("#")).as("wider than what is given").isFalse();
      assertThat(anyone.isGranted("plant/#")).isFalse();
      assertThat(press.isGranted("plant/#")).isFalse();
      Paho.done(press.publish("plant/a", "at 0", 0));
      Paho.done(press.publish("plant/a", "at 1", 1));
      Paho.done(press.publish("plant/secret/a", "hidden", 1));
      Paho.done(press.publish("plant/secret/a", "hidden and kept", 1, true));
      Paho.done(press.publish("plant/public", "at 2", 2));
      await("what is meant for it", () -> agg.received().size() == 3);
      assertThat(agg.received())
          .containsExactly("plant/a at 0", "plant/a at 1", "plant/public at 2");
      await("what is public", () -> !anyone.received().isEmpty());
      assertThat(anyone.received()).containsExactly("plant/public at 2");
      anyone.publish("plant/public", "x", 1);
      await("the hub closes", () -> !anyone.isConnected());
      try (var late = node.module("agg")) {
        late.subscribe("plant/#");
        Paho.done(press.publish("plant/a", "last", 1));
        await("what comes after the retained", () -> !late.received().isEmpty());
        assertThat(late.received()).containsExactly("plant/a last");
      }
    }
  }

  @Test
  void variablesStandForTheClient() throws Exception {
    try (var node = TestNode.start(folder, settings(LIST));
        var press = node.module("press")) {
      press.subscribe("own/press/#");
      assertThat(press.isGranted("own/agg/#")).isFalse();
      assertThat(press.isGranted("own/+/#")).isFalse();
      Paho.done(press.publish("own/press/a", "mine", 1));
      await("it", () -> press.received().contains("own/press/a mine"));
      assertMayNotPublish(node, Who.module("agg"), "own/press/a", 1);
      try (var printer = node.client(Who.device("printer-7"))) {
        Paho.done(printer.publish("devices-own/printer-7", "x", 1));
      }
      assertMayNotPublish(node, Who.device("printer-7"), "devices-own/other", 1);
    }
  }

  @Test
  void aChangedListHoldsAtOnce() throws Exception {
    try (var node = TestNode.start(folder, settings(LIST));
        var press = node.module("press");
        var agg = node.module("agg")) {
      agg.subscribe("plant/#");
      Paho.done(press.publish("plant/a", "before", 1));
      await("it", () -> agg.received().size() == 1);
      node.settings(
          settings(
              LIST.replace(
                  "\"deny\": [{",
                  "\"deny\": [{\"operations\": [\"mqtt:subscribe\"], \"resources\": [\"plant/a\"]}, {")));
      Paho.done(press.publish("plant/a", "withdrawn", 1));
      Paho.done(press.publish("plant/b", "still", 1));
      await("what is still given", () -> agg.received().size() == 2);
      assertThat(agg.received()).containsExactly("plant/a before", "plant/b still");
      node.settings(settings(""));
      press.publish("plant/a", "no more", 1);
      await("the hub closes", () -> !press.isConnected());
      node.settings(settings(LIST));
      press.reconnect();
      Paho.done(press.publish("plant/a", "again", 1));
      await("given again", () -> agg.received().contains("plant/a again"));
      assertThat(agg.received()).doesNotContain("plant/a withdrawn", "plant/a no more");
    }
  }

  @Test
  void aWillIsJudgedWhenTheClientConnects() throws Exception {
    try (var node = TestNode.start(folder, settings(LIST));
        var agg = node.module("agg")) {
      agg.subscribe("plant/#");
      var wrong = new MqttConnectOptions();
      wrong.setWill("other/topic", "dead".getBytes(StandardCharsets.UTF_8), 1, false);
      assertThatThrownBy(
              () -> Paho.connect(node.hub().uri(), node.identity(), Who.module("press"), wrong))
          .isInstanceOf(MqttSecurityException.class);
      var right = new MqttConnectOptions();
      right.setWill("plant/press", "dead".getBytes(StandardCharsets.UTF_8), 1, false);
      var dying = Paho.connect(node.hub().uri(), node.identity(), Who.module("press"), right);
      dying.cut();
      await("the will", () -> agg.received().contains("plant/press dead"));
    }
  }
}
