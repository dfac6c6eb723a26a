package dev.larder.hub.link;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.json.Json;
import dev.larder.common.topic.DeviceboundEnvelope;
import dev.larder.common.topic.DirectMethod;
import dev.larder.common.topic.IotHubTopics;
import dev.larder.common.topic.NodeTopics;
import dev.larder.hub.iothub.IotHubDesk;
import dev.larder.hub.iothub.MethodDesk;
import dev.larder.hub.iothub.TwinDesk;
import dev.larder.hub.message.Kept;
import dev.larder.hub.message.Payload;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what the cloud sends: desired properties, direct methods, messages to devices. */
public final class CloudOrders {
  private static final Logger log = LoggerFactory.getLogger(CloudOrders.class);
  private static final int REMEMBERED_MAXIMUM = 4_096;

  private final CacheNodeId node;
  private final IotHubDesk desk;
  private final TwinDesk twins;
  private final Consumer<Runnable> whenKept;
  private final LongSupplier nowMillis;

  /** Messages to devices that have come, so that one sent again is passed over. */
  private final Set<String> delivered = new LinkedHashSet<>();

  /**
   * Orders for a node.
   *
   * @param whenKept does a step once all that was kept is on disk
   */
  public CloudOrders(
      CacheNodeId node,
      IotHubDesk desk,
      TwinDesk twins,
      Consumer<Runnable> whenKept,
      LongSupplier nowMillis) {
    this.node = node;
    this.desk = desk;
    this.twins = twins;
    this.whenKept = whenKept;
    this.nowMillis = nowMillis;
  }

  /**
   * Takes a message of the cloud's, and acknowledges it when it is kept.
   *
   * @param answer sends a topic and a body at QoS 0
   */
  void take(MqttPublishMessage message, BiConsumer<String, byte[]> answer) {
    var topic = message.topicName();
    var payload = message.payload().getBytes();
    var method = NodeTopics.parseMethodRequest(topic);
    var twin = NodeTopics.parseDesired(topic);
    var devicebound = NodeTopics.parseDevicebound(topic);
    boolean kept = true;
    if (method.isPresent()) {
      invoke(method.get(), payload, answer);
    } else if (twin.isPresent()) {
      if (!twins.desired(twin.get(), Payload.of(payload))) {
        log.atWarn().addKeyValue("twin", twin.get()).log("desired document without its form");
      }
    } else if (devicebound.isPresent()) {
      kept = devicebound(devicebound.get(), payload);
    }
    if (message.qosLevel().value() > 0 && kept) {
      whenKept.accept(message::ack);
    }
  }

  private void invoke(
      NodeTopics.MethodRequest method, byte[] payload, BiConsumer<String, byte[]> answer) {
    try {
      var request = Json.mapper().readValue(payload, DirectMethod.Request.class);
      desk.invoke(
          method.module(),
          method.method(),
          request,
          new MethodDesk.Answer(response ->
              answer.accept(
                  NodeTopics.methodResponse(node, method.requestId()), Json.writeBytes(response))),
          nowMillis.getAsLong());
    } catch (IOException e) {
      log.atWarn()
          .addKeyValue("module", method.module())
          .addKeyValue("method", method.method())
          .addKeyValue("error", e.toString())
          .log("method without its form");
    }
  }

  /** Whether it may be acknowledged: it is kept, has been before, or never could be. */
  private boolean devicebound(NodeTopics.Devicebound target, byte[] payload) {
    var name = target.device() + "/" + target.messageId();
    if (delivered.contains(name)) {
      return true;
    }
    try {
      var envelope = Json.mapper().readValue(payload, DeviceboundEnvelope.class);
      var properties = new LinkedHashMap<>(envelope.properties());
      properties.put(IotHubTopics.MESSAGE_ID, envelope.messageId());
      properties.put("$.to", "/devices/" + target.device() + "/messages/devicebound");
      boolean kept =
          desk.devicebound(
              target.device(),
              properties,
              Payload.of(envelope.payload()),
              envelope.expiry().map(Instant::toEpochMilli).orElse(Kept.NEVER),
              nowMillis.getAsLong());
      if (kept) {
        remember(name);
      }
      return kept;
    } catch (IOException | IllegalArgumentException e) {
      log.atWarn()
          .addKeyValue("device", target.device())
          .addKeyValue("error", e.toString())
          .log("message to a device without its form");
      return true;
    }
  }

  private void remember(String name) {
    if (delivered.size() >= REMEMBERED_MAXIMUM) {
      delivered.remove(delivered.iterator().next());
    }
    delivered.add(name);
  }
}
