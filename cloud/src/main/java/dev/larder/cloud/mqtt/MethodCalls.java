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
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The direct methods that one hub has to answer. On its connection's event loop alone. */
final class MethodCalls {
  private static final Logger log = LoggerFactory.getLogger(MethodCalls.class);

  /** How much longer than its asker an answer is waited for. */
  private static final Duration MARGIN = Duration.ofSeconds(1);

  private final MqttEndpoint endpoint;
  private final CacheNodeId node;
  private final Unanswered<String, DirectMethod.Response> asked;

  MethodCalls(Vertx vertx, MqttEndpoint endpoint, CacheNodeId node) {
    this.endpoint = endpoint;
    this.node = node;
    this.asked = new Unanswered<>(vertx, "direct methods", "methods to answer");
  }

  /** Whether the hub has subscribed to them. */
  void taken(boolean now) {
    asked.taken(now);
  }

  void ask(
      String target,
      String method,
      DirectMethod.Request request,
      Promise<DirectMethod.Response> answer) {
    var id = UUID.randomUUID().toString();
    if (!asked.add(id, answer, request.responseTimeout().plus(MARGIN))) {
      return;
    }
    endpoint.publish(
        NodeTopics.methodRequest(node, target, method, id),
        Buffer.buffer(Json.writeBytes(request)),
        MqttQoS.AT_MOST_ONCE,
        false,
        false);
  }

  void answered(String requestId, byte[] payload) {
    asked
        .take(requestId)
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
    asked.end(MethodCalls::gone);
  }
}
