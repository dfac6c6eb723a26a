package dev.larder.cloud.mqtt;

import dev.larder.cloud.refusal.Refusal;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.json.Json;
import dev.larder.common.topic.DirectMethod;
import dev.larder.common.topic.NodeTopics;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttEndpoint;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The direct methods that one hub has to answer. On its connection's event loop alone. */
final class MethodCalls {
  private static final Logger log = LoggerFactory.getLogger(MethodCalls.class);
  private static final int MOST = 100;

  private final Vertx vertx;
  private final MqttEndpoint endpoint;
  private final CacheNodeId node;
  private final Map<String, Promise<DirectMethod.Response>> asked = new HashMap<>();

  /** Whether the hub has subscribed to them. */
  private boolean taken;

  MethodCalls(Vertx vertx, MqttEndpoint endpoint, CacheNodeId node) {
    this.vertx = vertx;
    this.endpoint = endpoint;
    this.node = node;
  }

  void taken(boolean now) {
    taken = now;
  }

  void ask(
      String target,
      String method,
      DirectMethod.Request request,
      Promise<DirectMethod.Response> answer) {
    if (!taken) {
      answer.fail(
          new Refusal(
              Refusal.Reason.CONFLICT,
              "The node's hub takes no direct methods yet: move the node to a newer release."));
      return;
    }
    if (asked.size() >= MOST) {
      answer.fail(
          new Refusal(
              Refusal.Reason.TOO_MANY,
              "The node has " + MOST + " methods to answer. Try again later."));
      return;
    }
    var id = UUID.randomUUID().toString();
    asked.put(id, answer);
    vertx.setTimer(request.responseTimeout().toMillis() + 1_000, _ -> asked.remove(id));
    endpoint.publish(
        NodeTopics.methodRequest(node, target, method, id),
        Buffer.buffer(Json.writeBytes(request)),
        MqttQoS.AT_MOST_ONCE,
        false,
        false);
  }

  void answered(String requestId, byte[] payload) {
    Optional.ofNullable(asked.remove(requestId))
        .ifPresent(promise -> {
          try {
            promise.tryComplete(Json.mapper().readValue(payload, DirectMethod.Response.class));
          } catch (IOException e) {
            log.atWarn()
                .addKeyValue("node", node)
                .addKeyValue("reason", e.getMessage())
                .log("answer to a method without its form");
            promise.tryFail(gone());
          }
        });
  }

  static Refusal gone() {
    return new Refusal(
        Refusal.Reason.LATE,
        "The node's hub went away before the answer came. The method may have been carried out.");
  }

  /** The connection has ended. */
  void end() {
    asked.values().forEach(answer -> answer.tryFail(gone()));
    asked.clear();
  }
}
