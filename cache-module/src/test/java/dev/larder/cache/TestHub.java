package dev.larder.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.topic.IotHubTopics;
import dev.larder.common.traffic.TrafficMessage;
import dev.larder.common.twin.Twins;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PfxOptions;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A hub with one module's twin, over real MQTT and TLS. */
final class TestHub implements AutoCloseable {
  private static final String PASSWORD = "changeit";

  private final Vertx vertx = Vertx.vertx();
  private final Path keys;
  private MqttServer server;
  private volatile Optional<MqttEndpoint> module = Optional.empty();
  private volatile ObjectNode desired;
  private volatile ObjectNode reported = Json.object();
  private volatile String password = "";
  private volatile String user = "";

  /** Telemetry by message id, so that a repetition counts once. */
  final ConcurrentHashMap<String, TrafficMessage> traffic = new ConcurrentHashMap<>();

  /** Status and body of answers to methods, by request. */
  final ConcurrentHashMap<String, String> answers = new ConcurrentHashMap<>();

  final List<String> topics = new CopyOnWriteArrayList<>();
  private final int port;

  /** When set, telemetry is taken but not acknowledged. */
  volatile boolean silent;

  /** Makes its key, writes {@code trust.pem} into the folder and listens. */
  TestHub(Path folder, ObjectNode desired) throws Exception {
    this.desired = desired;
    this.keys = folder.resolve("hub.p12");
    makeKeys(folder);
    this.server = listen(0);
    this.port = server.actualPort();
  }

  private void makeKeys(Path folder)
      throws IOException, InterruptedException, GeneralSecurityException {
    var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    var making =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                "hub",
                "-keyalg",
                "EC",
                "-dname",
                "CN=hub",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                keys.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    if (making.waitFor() != 0) {
      throw new IOException(Files.readString(folder.resolve("keytool.log")));
    }
    var store = KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray());
    var der = Base64.getMimeEncoder().encodeToString(store.getCertificate("hub").getEncoded());
    Files.writeString(
        folder.resolve("trust.pem"),
        "-----BEGIN CERTIFICATE-----\n" + der + "\n-----END CERTIFICATE-----\n");
  }

  private MqttServer listen(int wanted) {
    var options =
        new MqttServerOptions()
            .setSsl(true)
            .setKeyCertOptions(new PfxOptions().setPath(keys.toString()).setPassword(PASSWORD));
    return MqttServer.create(vertx, options)
        .endpointHandler(this::accept)
        .exceptionHandler(_ -> {})
        .listen(wanted, "localhost")
        .await();
  }

  int port() {
    return port;
  }

  String user() {
    return user;
  }

  String password() {
    return password;
  }

  ObjectNode reported() {
    return reported;
  }

  private void accept(MqttEndpoint endpoint) {
    user = endpoint.auth().getUsername();
    password = endpoint.auth().getPassword();
    endpoint.subscribeHandler(subscribe ->
        endpoint.subscribeAcknowledge(
            subscribe.messageId(),
            subscribe.topicSubscriptions().stream().map(_ -> MqttQoS.AT_LEAST_ONCE).toList()));
    endpoint.publishHandler(message -> received(endpoint, message));
    endpoint.accept(false);
    module = Optional.of(endpoint);
  }

  private void received(MqttEndpoint endpoint, MqttPublishMessage message) {
    topics.add(message.topicName());
    switch (IotHubTopics.parse(message.topicName()).orElseThrow()) {
      case IotHubTopics.TwinGet(var id) -> {
        endpoint.publishAcknowledge(message.messageId());
        var twin = Json.object();
        twin.set("desired", desired);
        twin.set("reported", reported.deepCopy().put("$version", 1));
        send(endpoint, IotHubTopics.twinResponse(200, id, Optional.empty()), twin);
      }
      case IotHubTopics.ReportedPatch(var id) -> {
        endpoint.publishAcknowledge(message.messageId());
        reported = Twins.merge(reported, read(message.payload(), ObjectNode.class));
        send(endpoint, IotHubTopics.twinResponse(204, id, Optional.of(2L)), Json.object());
      }
      case IotHubTopics.MethodResponse(int status, var id) ->
          answers.put(id, status + " " + message.payload().toString());
      case IotHubTopics.Event event -> {
        var id = String.valueOf(event.properties().get(IotHubTopics.MESSAGE_ID));
        traffic.put(id, read(message.payload(), TrafficMessage.class));
        if (!silent) {
          endpoint.publishAcknowledge(message.messageId());
        }
      }
    }
  }

  private static void send(MqttEndpoint endpoint, String topic, ObjectNode body) {
    endpoint.publish(
        topic, Buffer.buffer(Json.writeBytes(body)), MqttQoS.AT_LEAST_ONCE, false, false);
  }

  private static <T> T read(Buffer payload, Class<T> type) {
    try {
      return Json.mapper().readValue(payload.toString(), type);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  /** Asks the module to carry out a method. */
  void invoke(String method, String id, String payload) {
    module
        .orElseThrow()
        .publish(
            IotHubTopics.methodRequest(method, id),
            Buffer.buffer(payload),
            MqttQoS.AT_MOST_ONCE,
            false,
            false);
  }

  /** Changes the desired properties as the cloud would. */
  void patch(ObjectNode change) {
    long version = desired.path("$version").asLong() + 1;
    change.put("$version", version);
    desired = Twins.merge(desired, change);
    send(module.orElseThrow(), IotHubTopics.desiredPatch(version), change);
  }

  /** Goes away and is back. */
  void goAway() {
    server.close().await();
    module.filter(MqttEndpoint::isConnected).ifPresent(MqttEndpoint::close);
  }

  void comeBack() {
    server = listen(port);
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
