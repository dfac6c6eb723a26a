package dev.larder.cloud.mqtt;

import dev.larder.cloud.authority.NodeCertificate;
import dev.larder.cloud.fleet.Inbox;
import dev.larder.cloud.fleet.NodeLink;
import dev.larder.cloud.fleet.Signals;
import dev.larder.cloud.refusal.Refusal;
import dev.larder.cloud.store.TwinTable.Desired;
import dev.larder.cloud.thread.Blocking;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.DeviceId;
import dev.larder.common.json.Json;
import dev.larder.common.topic.DeviceboundEnvelope;
import dev.larder.common.topic.DirectMethod;
import dev.larder.common.topic.NodeTopics;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.MqttSubscribeMessage;
import io.vertx.mqtt.messages.MqttUnsubscribeMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One hub. What it publishes goes to its {@link Intake}; desired properties go to it when it
 * subscribes and when they change. Its fields belong to its event loop.
 */
final class HubConnection {
  private static final Logger log = LoggerFactory.getLogger(HubConnection.class);
  private static final int LAST_PACKET_ID = 65_535;

  private final Blocking blocking;
  private final NodeLink link;
  private final Signals signals;
  private final MqttEndpoint endpoint;
  private final NodeCertificate certificate;
  private final Consumer<HubConnection> closed;
  private final Context context;
  private final Intake intake;
  private final MethodCalls methods;
  private final DeviceMessages deviceMessages;

  private final Map<String, Long> sent = new HashMap<>();
  private Optional<Signals.Registration> registration = Optional.empty();
  private int packetId;
  private boolean subscribed;
  private boolean over;

  HubConnection(
      Vertx vertx,
      Blocking blocking,
      NodeLink link,
      Inbox inbox,
      Signals signals,
      MqttEndpoint endpoint,
      NodeCertificate certificate,
      Consumer<HubConnection> closed) {
    this.blocking = blocking;
    this.link = link;
    this.signals = signals;
    this.endpoint = endpoint;
    this.certificate = certificate;
    this.closed = closed;
    this.context = vertx.getOrCreateContext();
    this.intake =
        new Intake(
            blocking,
            inbox,
            endpoint,
            node(),
            failure -> failed(failure, "messages cannot be stored"));
    this.methods = new MethodCalls(vertx, endpoint, node());
    this.deviceMessages = new DeviceMessages(vertx, endpoint, node());
  }

  CacheNodeId node() {
    return certificate.node();
  }

  /** Answers the hub; false when it has gone meanwhile. */
  boolean begin() {
    registration =
        Optional.of(signals.listen(node(), () -> context.runOnContext(_ -> pushDesired())));
    try {
      endpoint.closeHandler(_ -> end());
      endpoint.exceptionHandler(e -> close(String.valueOf(e.getMessage())));
      endpoint.subscribeHandler(this::subscribe);
      endpoint.unsubscribeHandler(this::unsubscribe);
      endpoint.publishHandler(this::take);
      endpoint.publishAcknowledgeHandler(deviceMessages::acknowledged);
      endpoint.accept(false);
    } catch (IllegalArgumentException | IllegalStateException _) {
      // The endpoint of a hub that has gone takes no handler, and would never say that it closed.
      end();
      return false;
    }
    // The node may have been deleted between the look at its certificate and the listening.
    pushDesired();
    return true;
  }

  /** Ends the connection, from any thread. */
  void close(String reason) {
    context.runOnContext(_ -> {
      if (!over) {
        log.atWarn().addKeyValue("node", node()).addKeyValue("reason", reason).log("hub sent away");
        end();
        endpoint.close();
      }
    });
  }

  /** Asks a module or a leaf device of the node to carry out a method, from any thread. */
  Future<DirectMethod.Response> invoke(String target, String method, DirectMethod.Request request) {
    Promise<DirectMethod.Response> answer = Promise.promise();
    context.runOnContext(_ -> {
      if (over) {
        answer.fail(MethodCalls.gone());
      } else {
        methods.ask(target, method, request, answer);
      }
    });
    return answer.future();
  }

  /** Hands the hub a message for a leaf device, from any thread; done when the hub keeps it. */
  Future<Void> send(DeviceId device, DeviceboundEnvelope message) {
    Promise<Void> confirmed = Promise.promise();
    context.runOnContext(_ -> {
      if (over) {
        confirmed.fail(DeviceMessages.late("went away"));
      } else {
        deviceMessages.send(nextPacketId(), device, message, confirmed);
      }
    });
    return confirmed.future();
  }

  private int nextPacketId() {
    do {
      packetId = packetId % LAST_PACKET_ID + 1;
    } while (deviceMessages.waitsFor(packetId));
    return packetId;
  }

  private void end() {
    if (!over) {
      over = true;
      intake.end();
      methods.end();
      deviceMessages.end();
      registration.ifPresent(Signals.Registration::close);
      closed.accept(this);
    }
  }

  private void subscribe(MqttSubscribeMessage message) {
    var granted =
        message.topicSubscriptions().stream()
            .map(subscription -> taken(subscription.topicName(), true))
            .toList();
    endpoint.subscribeAcknowledge(message.messageId(), granted);
    if (subscribed) {
      sent.clear();
      pushDesired();
    }
  }

  private void unsubscribe(MqttUnsubscribeMessage message) {
    message.topics().forEach(filter -> taken(filter, false));
    endpoint.unsubscribeAcknowledge(message.messageId());
  }

  /** Notes whether the hub takes what a filter is of; the quality in which it then gets it. */
  private MqttQoS taken(String filter, boolean now) {
    if (filter.equals(NodeTopics.desiredFilter(node()))) {
      subscribed = now;
      return MqttQoS.AT_LEAST_ONCE;
    }
    if (filter.equals(NodeTopics.deviceboundFilter(node()))) {
      deviceMessages.taken(now);
      return MqttQoS.AT_LEAST_ONCE;
    }
    if (filter.equals(NodeTopics.methodsFilter(node()))) {
      methods.taken(now);
      return MqttQoS.AT_MOST_ONCE;
    }
    return MqttQoS.FAILURE;
  }

  private void pushDesired() {
    if (over) {
      return;
    }
    blocking
        .call(() -> link.desired(certificate))
        .onSuccess(this::push)
        .onFailure(failure -> failed(failure, "twins cannot be read"));
  }

  private void push(List<Desired> twins) {
    if (over || !subscribed) {
      return;
    }
    for (var twin : twins) {
      long version = twin.version();
      if (version > sent.getOrDefault(twin.name(), 0L)) {
        sent.put(twin.name(), version);
        var document = Json.object().put("version", version);
        twin.document()
            .ifPresentOrElse(
                desired -> document.set("desired", desired), () -> document.putNull("desired"));
        endpoint.publish(
            NodeTopics.desired(node(), twin.name()),
            Buffer.buffer(Json.writeBytes(document)),
            MqttQoS.AT_LEAST_ONCE,
            false,
            false,
            nextPacketId());
      }
    }
  }

  private void take(MqttPublishMessage message) {
    if (over) {
      return;
    }
    var method = NodeTopics.parseMethodResponse(message.topicName());
    if (method.filter(up -> up.node().equals(node().toString())).isPresent()) {
      methods.answered(method.get().requestId(), message.payload().getBytes());
      return;
    }
    var topic = NodeTopics.parseUp(message.topicName());
    if (topic.filter(up -> up.node().equals(node().toString())).isEmpty()) {
      close("it published to " + message.topicName());
    } else if (message.qosLevel() == MqttQoS.EXACTLY_ONCE) {
      close("it published with QoS 2");
    } else if (!intake.take(message)) {
      close("it sends more than it may have unacknowledged");
    }
  }

  private void failed(Throwable failure, String what) {
    if (failure instanceof Refusal refusal) {
      close(refusal.detail());
    } else {
      log.atError().addKeyValue("what", what).setCause(failure).log("hub cannot be served");
      close("the cloud failed");
    }
  }
}
