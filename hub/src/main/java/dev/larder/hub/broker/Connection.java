package dev.larder.hub.broker;

import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.Route;
import dev.larder.hub.message.Payload;
import dev.larder.hub.session.Input;
import dev.larder.hub.session.Output;
import dev.larder.hub.session.Reason;
import dev.larder.hub.session.Session;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.MqttSubscribeMessage;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import io.vertx.mqtt.messages.codes.MqttUnsubAckReasonCode;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what a session decides on its socket. On the event loop alone. */
final class Connection {
  private static final Logger log = LoggerFactory.getLogger(Connection.class);

  /** What may wait for a client that does not read, bytes. */
  private static final long UNWRITTEN_MAXIMUM_BYTES = 16L << 20;

  private static final int PACKET_OVERHEAD_BYTES = 16;

  private final ModuleId module;
  private final MqttEndpoint endpoint;
  private final Session session;
  private final Exchange exchange;
  private final TwinDesk twins;
  private final MethodDesk methods;
  private final InstantSource clock;
  private final boolean mqtt5;
  private final int packetMaximumBytes;
  private boolean goodbye;
  private long unwrittenBytes;
  private boolean open = true;

  Connection(
      ModuleId module,
      MqttEndpoint endpoint,
      Session session,
      Exchange exchange,
      TwinDesk twins,
      MethodDesk methods,
      InstantSource clock) {
    this.module = module;
    this.endpoint = endpoint;
    this.session = session;
    this.exchange = exchange;
    this.twins = twins;
    this.methods = methods;
    this.clock = clock;
    this.mqtt5 = endpoint.protocolVersion() >= Mqtt5.PROTOCOL_LEVEL;
    this.packetMaximumBytes = Mqtt5.maximumPacketBytes(endpoint.connectProperties());
  }

  /** Listens to the socket; {@code closed} is told when it is gone. */
  void start(Runnable closed) {
    endpoint.publishHandler(this::publish);
    endpoint.subscribeHandler(this::subscribe);
    endpoint.unsubscribeHandler(m -> on(new Input.Unsubscribe(m.messageId(), m.topics())));
    endpoint.publishAcknowledgeHandler(id -> on(new Input.Acknowledged(id)));
    endpoint.exceptionHandler(e -> {
      log.atInfo().addKeyValue("module", module).setCause(e).log("module connection failed");
      close(Reason.PROTOCOL_ERROR);
    });
    endpoint.disconnectMessageHandler(
        m -> goodbye = m.code() != MqttDisconnectReasonCode.WITH_WILL_MESSAGE);
    endpoint.closeHandler(_ -> {
      open = false;
      will();
      closed.run();
    });
  }

  /** A module that went without a goodbye sends its will, as telemetry under the same rules. */
  private void will() {
    if (goodbye || !endpoint.will().isWillFlag()) {
      return;
    }
    var payload = Payload.of(endpoint.will().getWillMessageBytes());
    var topic = endpoint.will().getWillTopic();
    for (var output : session.on(new Input.Publish(topic, 0, 0, false, payload, clock.instant()))) {
      if (output instanceof Output.Persist(_, var message)) {
        exchange.take(message, _ -> {});
      } else {
        exchange.dropped();
      }
    }
  }

  private void publish(MqttPublishMessage m) {
    on(
        new Input.Publish(
            m.topicName(),
            m.qosLevel().value(),
            m.qosLevel() == MqttQoS.AT_MOST_ONCE ? 0 : m.messageId(),
            m.isRetain(),
            Payload.of(m.payload().getBytes()),
            clock.instant()));
  }

  private void subscribe(MqttSubscribeMessage m) {
    var wishes =
        m.topicSubscriptions().stream()
            .map(s -> new Input.Wish(s.topicName(), s.qualityOfService().value()))
            .toList();
    on(new Input.Subscribe(m.messageId(), wishes));
  }

  /** Puts an input into the session and does what comes out. */
  void on(Input input) {
    if (open) {
      session.on(input).forEach(this::carryOut);
    }
  }

  /** Whether the module has subscribed to this topic. */
  boolean listensTo(String topic) {
    return open && session.listensTo(topic);
  }

  void close(Reason reason) {
    if (open) {
      open = false;
      log.atInfo()
          .addKeyValue("module", module)
          .addKeyValue("reason", reason)
          .log("module connection closed by the hub");
      if (endpoint.isConnected()) {
        endpoint.disconnect(Mqtt5.disconnect(reason), MqttProperties.NO_PROPERTIES);
      }
    }
  }

  private void carryOut(Output output) {
    if (!open || !endpoint.isConnected()) {
      return;
    }
    switch (output) {
      case Output.Persist(long token, var message) ->
          exchange.take(message, reason -> on(new Input.Kept(token, reason)));
      case Output.PubAck(int packetId, var reason) -> pubAck(packetId, reason);
      case Output.SubAck(int packetId, var codes) -> subAck(packetId, codes);
      case Output.UnsubAck(int packetId, int filters) -> unsubAck(packetId, filters);
      case Output.Send send -> send(send);
      case Output.Listen() -> listen();
      case Output.Read(var queue, var read) ->
          exchange
              .store()
              .read(
                  queue,
                  read.from(),
                  read.count(),
                  batch -> on(new Input.Loaded(queue, read, batch)));
      case Output.Consume(var queue, long position) -> exchange.store().consume(queue, position);
      case Output.GetTwin(var requestId) -> on(twins.get(module, requestId));
      case Output.PatchReported(var requestId, var payload) ->
          twins.patch(module, requestId, payload, this::on);
      case Output.AnswerMethod(int status, var requestId, var payload) ->
          methods.answered(module, requestId, status, payload);
      case Output.Dropped _ -> exchange.dropped();
      case Output.Close(var reason) -> close(reason);
    }
  }

  private void pubAck(int packetId, Reason reason) {
    if (mqtt5) {
      endpoint.publishAcknowledge(packetId, Mqtt5.pubAck(reason), MqttProperties.NO_PROPERTIES);
    } else {
      endpoint.publishAcknowledge(packetId);
    }
  }

  private void subAck(int packetId, List<Integer> codes) {
    endpoint.subscribeAcknowledge(
        packetId, codes.stream().map(Mqtt5::subAck).toList(), MqttProperties.NO_PROPERTIES);
  }

  private void unsubAck(int packetId, int filters) {
    endpoint.unsubscribeAcknowledge(
        packetId,
        Collections.nCopies(filters, MqttUnsubAckReasonCode.SUCCESS),
        MqttProperties.NO_PROPERTIES);
  }

  private void listen() {
    for (var sink : List.copyOf(exchange.store().counts().keySet())) {
      if (sink instanceof Route.Input queue && queue.module().equals(module)) {
        on(new Input.Wake(queue));
      }
    }
  }

  private void send(Output.Send send) {
    int bytes = send.topic().length() + send.payload().size() + PACKET_OVERHEAD_BYTES;
    if (bytes > packetMaximumBytes) {
      // The client would have to break the connection: as if it had been sent (MQTT 5, 3.1.2.11.4).
      exchange.dropped();
      on(new Input.Acknowledged(send.packetId()));
      return;
    }
    unwrittenBytes += bytes;
    if (unwrittenBytes > UNWRITTEN_MAXIMUM_BYTES + bytes) {
      close(Reason.QUOTA_EXCEEDED);
      return;
    }
    var qos = MqttQoS.valueOf(send.qos());
    var payload = Buffer.buffer(send.payload().bytes());
    endpoint
        .publish(send.topic(), payload, qos, false, false, send.qos() == 0 ? 0 : send.packetId())
        .onComplete(written -> {
          unwrittenBytes -= bytes;
          // At QoS 0 no one answers: what has left is done with.
          if (send.qos() == 0 && send.packetId() != 0 && written.succeeded()) {
            on(new Input.Acknowledged(send.packetId()));
          }
        });
  }
}
