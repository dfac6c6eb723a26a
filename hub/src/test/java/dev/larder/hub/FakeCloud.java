package dev.larder.hub;

import dev.larder.common.id.DeviceId;
import dev.larder.common.json.Json;
import dev.larder.common.topic.DeviceboundEnvelope;
import dev.larder.common.topic.NodeTopics;
import dev.larder.common.topic.TelemetryEnvelope;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The cloud's MQTT endpoint as the hub's contract has it: mutual TLS, telemetry passed over by
 * (epoch, sequence) and PUBACK, reports by the highest version, desired documents at subscription.
 */
final class FakeCloud implements AutoCloseable {
  private static final int PACKET_MAXIMUM_BYTES = 1 << 20;

  private final Vertx vertx = Vertx.vertx();
  private final List<String> telemetry = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, Long> sequences = new ConcurrentHashMap<>();
  private final Map<String, List<String>> reports = new ConcurrentHashMap<>();
  private final Map<String, String> desired = new ConcurrentHashMap<>();
  private final Map<String, String> methods = new ConcurrentHashMap<>();
  private final List<TelemetryEnvelope> envelopes = Collections.synchronizedList(new ArrayList<>());
  private final Map<Integer, String> devicebound = new ConcurrentHashMap<>();
  private final Set<String> keptByHub = ConcurrentHashMap.newKeySet();
  private final AtomicInteger backwards = new AtomicInteger();
  private final List<MqttEndpoint> endpoints = new CopyOnWriteArrayList<>();
  private MqttServer server = MqttServer.create(vertx);

  /** Listens with the certificate that lies in a {@link TestIdentity}'s folder. */
  void start(Path identity, int port) {
    var options = new MqttServerOptions();
    options
        .setPort(port)
        .setHost("127.0.0.1")
        .setSsl(true)
        .setClientAuth(ClientAuth.REQUIRED)
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .setCertPath(identity.resolve("cloud.crt").toString())
                .setKeyPath(identity.resolve("cloud.key").toString()))
        .setTrustOptions(
            new PemTrustOptions().addCertPath(identity.resolve("cloud-ca.pem").toString()))
        .setMaxMessageSize(PACKET_MAXIMUM_BYTES)
        .setMaxClientIdLength(64);
    server = MqttServer.create(vertx, options);
    server.endpointHandler(this::accept).listen().await();
  }

  /** Closes every connection and listens no more. */
  void stop() {
    endpoints.stream().filter(MqttEndpoint::isConnected).forEach(MqttEndpoint::close);
    endpoints.clear();
    server.close().await();
  }

  private void accept(MqttEndpoint endpoint) {
    endpoints.add(endpoint);
    var lastSequence = new HashMap<String, Long>();
    endpoint.publishAcknowledgeHandler(id -> keptByHub.add(devicebound.getOrDefault(id, "")));
    endpoint.publishHandler(m -> received(endpoint, lastSequence, m));
    endpoint.subscribeHandler(s -> {
      endpoint.subscribeAcknowledge(
          s.messageId(),
          s.topicSubscriptions().stream().map(each -> each.qualityOfService()).toList());
      desired.forEach((twin, document) -> send(endpoint, twin, document));
    });
    endpoint.accept(false);
  }

  private void received(
      MqttEndpoint endpoint, Map<String, Long> lastSequence, MqttPublishMessage message) {
    var method = NodeTopics.parseMethodResponse(message.topicName());
    if (method.isPresent()) {
      methods.put(method.get().requestId(), message.payload().toString(StandardCharsets.UTF_8));
      return;
    }
    switch (NodeTopics.parseUp(message.topicName()).orElseThrow()) {
      case NodeTopics.Telemetry t -> {
        if (t.sequence() <= lastSequence.getOrDefault(t.epoch(), 0L)) {
          backwards.incrementAndGet();
        }
        lastSequence.put(t.epoch(), t.sequence());
        if (t.sequence() > sequences.getOrDefault(t.epoch(), 0L)) {
          sequences.put(t.epoch(), t.sequence());
          var envelope = envelope(message);
          envelopes.add(envelope);
          telemetry.add(t.sender() + ":" + text(envelope));
        }
      }
      case NodeTopics.Reported r ->
          reports
              .computeIfAbsent(r.twin(), _ -> new CopyOnWriteArrayList<>())
              .add(message.payload().toString(StandardCharsets.UTF_8));
    }
    endpoint.publishAcknowledge(message.messageId());
  }

  private static String text(TelemetryEnvelope envelope) {
    return new String(envelope.payload(), StandardCharsets.UTF_8);
  }

  private static TelemetryEnvelope envelope(MqttPublishMessage message) {
    try {
      return Json.mapper().readValue(message.payload().getBytes(), TelemetryEnvelope.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sets a twin's desired document: {@code {"version": n, "desired": {…}}}. */
  void desire(String twin, String document) {
    desired.put(twin, document);
    endpoints.stream()
        .filter(MqttEndpoint::isConnected)
        .forEach(endpoint -> send(endpoint, twin, document));
  }

  private static void send(MqttEndpoint endpoint, String twin, String document) {
    endpoint.publish(
        NodeTopics.desired(TestIdentity.NODE, twin),
        Buffer.buffer(document),
        MqttQoS.AT_LEAST_ONCE,
        false,
        false);
  }

  /** Sends a message to a leaf device; sent again under the same id it is the same message. */
  void sendTo(DeviceId device, DeviceboundEnvelope envelope) {
    endpoints.stream()
        .filter(MqttEndpoint::isConnected)
        .forEach(endpoint ->
            endpoint
                .publish(
                    NodeTopics.devicebound(TestIdentity.NODE, device, envelope.messageId()),
                    Buffer.buffer(Json.writeBytes(envelope)),
                    MqttQoS.AT_LEAST_ONCE,
                    false,
                    false)
                .onSuccess(id -> devicebound.put(id, envelope.messageId())));
  }

  /** Whether the hub has said that it keeps a message to a device. */
  boolean isKept(String messageId) {
    return keptByHub.contains(messageId);
  }

  /** Asks a module or, by its name, a leaf device to carry out a method. */
  void invoke(String target, String method, String requestId, String request) {
    endpoints.stream()
        .filter(MqttEndpoint::isConnected)
        .forEach(endpoint ->
            endpoint.publish(
                NodeTopics.methodRequest(TestIdentity.NODE, target, method, requestId),
                Buffer.buffer(request),
                MqttQoS.AT_MOST_ONCE,
                false,
                false));
  }

  /** The answer to a method; empty before it has come. */
  String methodResponse(String requestId) {
    return methods.getOrDefault(requestId, "");
  }

  /** What was stored: {@code sender:payload}, in order. */
  List<String> telemetry() {
    synchronized (telemetry) {
      return List.copyOf(telemetry);
    }
  }

  int telemetryCount() {
    return telemetry.size();
  }

  /** The properties of the first stored message with this payload. */
  Map<String, String> propertiesOf(String payload) {
    return List.copyOf(envelopes).stream()
        .filter(envelope -> text(envelope).equals(payload))
        .findFirst()
        .orElseThrow()
        .properties();
  }

  /** The last report of a twin; empty before the first. */
  String reported(String twin) {
    var all = reports(twin);
    return all.isEmpty() ? "" : all.getLast();
  }

  /** All reports of a twin, in order. */
  List<String> reports(String twin) {
    return List.copyOf(reports.getOrDefault(twin, List.of()));
  }

  /** How often a sequence was not above the one before it on the same connection. */
  int backwards() {
    return backwards.get();
  }

  boolean hasConnection() {
    return endpoints.stream().anyMatch(MqttEndpoint::isConnected);
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
