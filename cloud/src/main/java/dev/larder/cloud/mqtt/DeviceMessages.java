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
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The messages for leaf devices that one hub has to acknowledge. On its connection's event loop
 * alone.
 */
final class DeviceMessages {
  /** How long the hub may take to keep a message. */
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final int MOST = 100;

  private final Vertx vertx;
  private final MqttEndpoint endpoint;
  private final CacheNodeId node;
  private final Map<Integer, Promise<Void>> sent = new HashMap<>();

  /** Whether the hub has subscribed to them. */
  private boolean taken;

  DeviceMessages(Vertx vertx, MqttEndpoint endpoint, CacheNodeId node) {
    this.vertx = vertx;
    this.endpoint = endpoint;
    this.node = node;
  }

  void taken(boolean now) {
    taken = now;
  }

  /** Whether a message of this packet id is to be acknowledged. */
  boolean waitsFor(int packetId) {
    return sent.containsKey(packetId);
  }

  /** Sends a message; the promise is kept when the hub has acknowledged it. */
  void send(int packetId, DeviceId device, DeviceboundEnvelope message, Promise<Void> confirmed) {
    if (!taken) {
      confirmed.fail(
          new Refusal(
              Refusal.Reason.CONFLICT,
              "The node's hub takes no messages for devices yet: move the node to a newer"
                  + " release."));
      return;
    }
    if (sent.size() >= MOST) {
      confirmed.fail(
          new Refusal(
              Refusal.Reason.TOO_MANY,
              "The node has " + MOST + " messages to confirm. Try again later."));
      return;
    }
    sent.put(packetId, confirmed);
    vertx.setTimer(PATIENCE.toMillis(), _ -> sent.remove(packetId, confirmed));
    endpoint.publish(
        NodeTopics.devicebound(node, device, message.messageId()),
        Buffer.buffer(Json.writeBytes(message)),
        MqttQoS.AT_LEAST_ONCE,
        false,
        false,
        packetId);
  }

  void acknowledged(int packetId) {
    Optional.ofNullable(sent.remove(packetId)).ifPresent(Promise::tryComplete);
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
    sent.values().forEach(confirmed -> confirmed.tryFail(late("went away before it confirmed")));
    sent.clear();
  }
}
