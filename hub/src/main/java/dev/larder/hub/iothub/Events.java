package dev.larder.hub.iothub;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.route.MessageBody;
import dev.larder.common.route.RoutedMessage;
import dev.larder.common.route.SystemProperties;
import dev.larder.common.topic.IotHubTopics;
import dev.larder.hub.message.Payload;
import dev.larder.hub.wire.Properties;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A message that a module or a device sent on {@code …/messages/events/}, as routes see it. */
final class Events implements RoutedMessage {
  static final String EVENTS = "/messages/events/";
  private static final String DEVICE = "$.cdid";
  private static final String MODULE = "$.cmid";

  private final String device;
  private final String module;
  private final Map<String, String> properties;
  private final Payload payload;
  private @Nullable JsonNode body;

  private Events(String device, String module, Map<String, String> properties, Payload payload) {
    this.device = device;
    this.module = module;
    this.properties = properties;
    this.payload = payload;
  }

  /**
   * Reads one.
   *
   * @param own the PUBLISH's properties, which for MQTT 5 hold the message's as well
   */
  static Events of(IotHubTopics.Event event, Properties own, Payload payload) {
    var properties = new LinkedHashMap<>(event.properties());
    for (var user : own.user()) {
      properties.putIfAbsent(user.name(), user.value());
    }
    own.text(Properties.CONTENT_TYPE)
        .ifPresent(type -> properties.putIfAbsent(IotHubTopics.CONTENT_TYPE, type));
    properties.put(DEVICE, event.device());
    if (event.module().isEmpty()) {
      properties.remove(MODULE);
    } else {
      properties.put(MODULE, event.module());
    }
    return new Events(event.device(), event.module(), properties, payload);
  }

  /** The topic under which it is kept: its own, with all of its properties. */
  String topic() {
    var sender =
        module.isEmpty() ? "devices/" + device : "devices/" + device + "/modules/" + module;
    return sender + EVENTS + IotHubTopics.encode(properties);
  }

  /** The properties of a kept message's topic, encoded as they are there. */
  static String properties(String topic) {
    int events = topic.indexOf(EVENTS);
    return events < 0 ? "" : topic.substring(events + EVENTS.length());
  }

  @Override
  public String sender() {
    return module;
  }

  @Override
  public String device() {
    return device;
  }

  @Override
  public String output() {
    return properties.getOrDefault(IotHubTopics.OUTPUT, "");
  }

  @Override
  public Optional<String> property(String name) {
    return name.startsWith("$.") ? Optional.empty() : Optional.ofNullable(properties.get(name));
  }

  @Override
  public Optional<String> systemProperty(String name) {
    return SystemProperties.onTheWire(name).map(properties::get);
  }

  @Override
  public JsonNode body() {
    if (body == null) {
      body =
          MessageBody.read(
              systemProperty("contentType"), systemProperty("contentEncoding"), payload.bytes());
    }
    return body;
  }
}
