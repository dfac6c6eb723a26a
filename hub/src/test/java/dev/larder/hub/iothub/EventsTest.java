package dev.larder.hub.iothub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.topic.IotHubTopics;
import dev.larder.hub.message.Payload;
import dev.larder.hub.wire.Properties;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What routes see of a message on IoT Hub's topics. */
final class EventsTest {
  private static final String JSON = "$.ct=application%2Fjson&$.ce=utf-8";

  private static Events event(String topic, Properties own, String body) {
    return Events.of(
        (IotHubTopics.Event) IotHubTopics.parse(topic).orElseThrow(),
        own,
        Payload.of(body.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aModulesMessageNamesItsSenderWhateverItSays() {
    var event =
        event(
            "devices/n/modules/press/messages/events/$.cmid=x&$.cdid=y&$.on=raw&a=1",
            Properties.NONE,
            "");
    assertThat(event.device()).isEqualTo("n");
    assertThat(event.sender()).isEqualTo("press");
    assertThat(event.output()).isEqualTo("raw");
    assertThat(event.property("a")).contains("1");
    assertThat(event.property("$.on")).isEmpty();
    assertThat(event.systemProperty("connectionModuleId")).contains("press");
    assertThat(IotHubTopics.eventProperties(event.topic()))
        .containsEntry("$.cdid", "n")
        .containsEntry("$.cmid", "press")
        .containsEntry("a", "1");
  }

  @Test
  void aDevicesMessageNamesNoModule() {
    var event = event("devices/printer-7/messages/events/$.cmid=press", Properties.NONE, "");
    assertThat(event.sender()).isEmpty();
    assertThat(event.systemProperty("connectionModuleId")).isEmpty();
    assertThat(event.topic()).isEqualTo("devices/printer-7/messages/events/%24.cdid=printer-7");
  }

  /** The topic has the last word, for a module of 3.1.1 says it there. */
  @Test
  void propertiesOfMqtt5CountAsWell() {
    var own =
        Properties.of(
            List.of(
                new Properties.User("a", "from MQTT 5"),
                new Properties.User("b", "2"),
                new Properties.Text(Properties.CONTENT_TYPE, "application/json")));
    var event = event("devices/n/modules/press/messages/events/a=1&$.ce=utf-8", own, "{\"x\":7}");
    assertThat(event.property("a")).contains("1");
    assertThat(event.property("b")).contains("2");
    assertThat(event.body().path("x").intValue()).isEqualTo(7);
  }

  @Test
  void theBodyIsParsedOnce() {
    var event =
        event("devices/n/modules/press/messages/events/" + JSON, Properties.NONE, "{\"a\":1}");
    assertThat(event.body().path("a").intValue()).isEqualTo(1);
    assertThat(event.body()).isSameAs(event.body());
  }
}
