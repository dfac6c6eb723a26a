package dev.larder.cloud.mqtt;

import dev.larder.cloud.refusal.Refusal;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.DeviceId;
import dev.larder.common.json.Json;
import dev.larder.common.topic.DeviceboundEnvelope;
import dev.larder.common.topic.NodeTopics;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttEndpoint;
import java.time.Duration;

/**
 * The messages for leaf devices that one hub has to acknowledge. On its connection's event loop
 * alone.
 */
final class DeviceMessages {
  /** How long the hub may take to keep a message. */
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private final MqttEndpoint endpoint;
  private final CacheNodeId node;
  private final Unanswered<Integer, Void> sent;

  DeviceMessages(Vertx vertx, MqttEndpoint endpoint, CacheNodeId node) {
    this.endpoint = endpoint;
    this.node = node;
    this.sent = new Unanswered<>(vertx, "messages for devices", "messages to confirm");
  }

  /** Whether the hub has subscribed to them. */
  void taken(boolean now) {
    sent.taken(now);
  }

  /** Whether a message of this packet id is to be acknowledged. */
  boolean waitsFor(int packetId) {
    return sent.has(packetId);
  }

  /** Sends a message; the promise is kept when the hub has acknowledged it. */
  void send(int packetId, DeviceId device, DeviceboundEnvelope message, Promise<Void> confirmed) {
    if (!sent.add(packetId, confirmed, PATIENCE)) {
      return;
    }
    endpoint.publish(
        NodeTopics.devicebound(node, device, message.messageId()),
        Buffer.buffer(Json.writeBytes(message)),
        MqttQoS.AT_LEAST_ONCE,
        false,
        false,
        packetId);
  }

  void acknowledged(int packetId) {
    sent.take(packetId).ifPresent(Promise::tryComplete);
  }

  static Refusal late(String what) {
    return new Refusal(
        Refusal.Reason.LATE,
        "The node's hub "
            + what
            + ". It may have the message all the same: send it again with the same messageId, and"
            + " the device gets it once.");
  }

  /** The connection has ended. */
  void end() {
    sent.end(() -> late("went away before it confirmed"));
  }
}
