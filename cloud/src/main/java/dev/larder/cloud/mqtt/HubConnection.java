package dev.larder.cloud.mqtt;

import dev.larder.cloud.authority.NodeCertificate;
import dev.larder.cloud.fleet.Inbox;
import dev.larder.cloud.fleet.NodeLink;
import dev.larder.cloud.fleet.Signals;
import dev.larder.cloud.refusal.Refusal;
import dev.larder.cloud.store.TwinTable.Twin;
import dev.larder.cloud.thread.Blocking;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
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
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One hub. What it publishes is stored in its order, as many messages a transaction as have come,
 * and acknowledged once it is kept. Desired properties go to it when it subscribes and when they
 * change. Its fields belong to its event loop.
 */
final class HubConnection {
  private static final Logger log = LoggerFactory.getLogger(HubConnection.class);
  private static final int BATCH = 256;

  /** MQTT's receive maximum is the hub's to keep; one that sends far more is broken. */
  private static final int MOST_WAITING = 2000;

  private static final int MOST_METHODS = 100;

  private final Blocking blocking;
  private final NodeLink link;
  private final Inbox inbox;
  private final Signals signals;
  private final MqttEndpoint endpoint;
  private final NodeCertificate certificate;
  private final Consumer<HubConnection> closed;
  private final Vertx vertx;
  private final Context context;

  private final ArrayDeque<MqttPublishMessage> waiting = new ArrayDeque<>();
  private final Map<String, Long> sent = new HashMap<>();
  private Optional<Signals.Registration> registration = Optional.empty();
  private final Map<String, Promise<DirectMethod.Response>> methods = new HashMap<>();
  private boolean takesMethods;
  private boolean storing;
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
    this.inbox = inbox;
    this.signals = signals;
    this.endpoint = endpoint;
    this.certificate = certificate;
    this.closed = closed;
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
  }

  CacheNodeId node() {
    return certificate.node();
  }

  void begin() {
    registration =
        Optional.of(signals.listen(node(), () -> context.runOnContext(_ -> pushDesired())));
    endpoint.closeHandler(_ -> end());
    endpoint.exceptionHandler(e -> close(String.valueOf(e.getMessage())));
    endpoint.subscribeHandler(this::subscribe);
    endpoint.unsubscribeHandler(message -> {
      subscribed = false;
      takesMethods = false;
      endpoint.unsubscribeAcknowledge(message.messageId());
    });
    endpoint.publishHandler(this::take);
    endpoint.accept(false);
    // The node may have been deleted between the look at its certificate and the listening.
    pushDesired();
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

  private static Refusal gone() {
    return new Refusal(
        Refusal.Reason.LATE,
        "The node's hub went away before the answer came. The method may have been carried out.");
  }

  /** Asks a module of the node to carry out a method, from any thread. */
  Future<DirectMethod.Response> invoke(
      ModuleId module, String method, DirectMethod.Request request) {
    Promise<DirectMethod.Response> answer = Promise.promise();
    context.runOnContext(_ -> {
      if (over) {
        answer.fail(gone());
      } else if (!takesMethods) {
        answer.fail(
            new Refusal(
                Refusal.Reason.CONFLICT,
                "The node's hub takes no direct methods yet: move the node to a newer release."));
      } else if (methods.size() >= MOST_METHODS) {
        answer.fail(
            new Refusal(
                Refusal.Reason.TOO_MANY,
                "The node has " + MOST_METHODS + " methods to answer. Try again later."));
      } else {
        send(module, method, request, answer);
      }
    });
    return answer.future();
  }

  private void send(
      ModuleId module,
      String method,
      DirectMethod.Request request,
      Promise<DirectMethod.Response> answer) {
    var id = UUID.randomUUID().toString();
    methods.put(id, answer);
    vertx.setTimer(request.responseTimeout().toMillis() + 1_000, _ -> methods.remove(id));
    endpoint.publish(
        NodeTopics.methodRequest(node(), module, method, id),
        Buffer.buffer(Json.writeBytes(request)),
        MqttQoS.AT_MOST_ONCE,
        false,
        false);
  }

  private void answered(String requestId, byte[] payload) {
    var asked = Optional.ofNullable(methods.remove(requestId));
    asked.ifPresent(promise -> {
      try {
        promise.tryComplete(Json.mapper().readValue(payload, DirectMethod.Response.class));
      } catch (IOException e) {
        log.atWarn()
            .addKeyValue("node", node())
            .addKeyValue("reason", e.getMessage())
            .log("answer to a method without its form");
        promise.tryFail(gone());
      }
    });
  }

  private void end() {
    if (!over) {
      over = true;
      waiting.clear();
      methods.values().forEach(asked -> asked.tryFail(gone()));
      methods.clear();
      registration.ifPresent(Signals.Registration::close);
      closed.accept(this);
    }
  }

  private void subscribe(MqttSubscribeMessage message) {
    var granted = new ArrayList<MqttQoS>();
    for (var subscription : message.topicSubscriptions()) {
      boolean own = subscription.topicName().equals(NodeTopics.desiredFilter(node()));
      subscribed |= own;
      boolean methodsToo = subscription.topicName().equals(NodeTopics.methodsFilter(node()));
      takesMethods |= methodsToo;
      granted.add(
          own ? MqttQoS.AT_LEAST_ONCE : methodsToo ? MqttQoS.AT_MOST_ONCE : MqttQoS.FAILURE);
    }
    endpoint.subscribeAcknowledge(message.messageId(), granted);
    if (subscribed) {
      sent.clear();
      pushDesired();
    }
  }

  private void pushDesired() {
    if (over) {
      return;
    }
    blocking
        .call(() -> link.twins(certificate))
        .onSuccess(this::push)
        .onFailure(failure -> {
          if (failure instanceof Refusal refusal) {
            close(refusal.detail());
          } else {
            log.atError().setCause(failure).log("twins cannot be read");
            close("the cloud failed");
          }
        });
  }

  private void push(List<Twin> twins) {
    if (over || !subscribed) {
      return;
    }
    for (var twin : twins) {
      long version = twin.desiredVersion();
      if (version > sent.getOrDefault(twin.name(), 0L)) {
        sent.put(twin.name(), version);
        var document = Json.object().put("version", version);
        twin.desired()
            .ifPresentOrElse(
                desired -> document.set("desired", desired), () -> document.putNull("desired"));
        endpoint.publish(
            NodeTopics.desired(node(), twin.name()),
            Buffer.buffer(Json.writeBytes(document)),
            MqttQoS.AT_LEAST_ONCE,
            false,
            false);
      }
    }
  }

  private void take(MqttPublishMessage message) {
    if (over) {
      return;
    }
    var method = NodeTopics.parseMethodResponse(message.topicName());
    if (method.filter(up -> up.node().equals(node().toString())).isPresent()) {
      answered(method.get().requestId(), message.payload().getBytes());
      return;
    }
    var topic = NodeTopics.parseUp(message.topicName());
    if (topic.filter(up -> up.node().equals(node().toString())).isEmpty()) {
      close("it published to " + message.topicName());
    } else if (message.qosLevel() == MqttQoS.EXACTLY_ONCE) {
      close("it published with QoS 2");
    } else if (waiting.size() >= MOST_WAITING) {
      close("it sends more than it may have unacknowledged");
    } else {
      waiting.add(message);
      store();
    }
  }

  private void store() {
    if (storing || waiting.isEmpty()) {
      return;
    }
    storing = true;
    var batch = new ArrayList<MqttPublishMessage>();
    while (batch.size() < BATCH && !waiting.isEmpty()) {
      batch.add(waiting.poll());
    }
    var messages = batch.stream().map(HubConnection::read).toList();
    blocking
        .call(() -> {
          inbox.store(node(), messages);
          return messages.size();
        })
        .onSuccess(_ -> stored(batch))
        .onFailure(failure -> {
          log.atError().setCause(failure).log("messages cannot be stored");
          close("the cloud failed");
        });
  }

  private static Inbox.Message read(MqttPublishMessage message) {
    return new Inbox.Message(
        NodeTopics.parseUp(message.topicName()).orElseThrow(), message.payload().getBytes());
  }

  private void stored(List<MqttPublishMessage> batch) {
    storing = false;
    if (over) {
      return;
    }
    for (var message : batch) {
      if (message.qosLevel() == MqttQoS.AT_LEAST_ONCE) {
        endpoint.publishAcknowledge(message.messageId());
      }
    }
    store();
  }
}
