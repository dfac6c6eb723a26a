package dev.larder.hub;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.identity.ModuleIdentity;
import dev.larder.common.json.Json;
import dev.larder.common.topic.IotHubTopics;
import dev.larder.common.topic.NodeTopics;
import dev.larder.common.trust.ModuleKey;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A rehearsal for the JDK's AOT cache: a whole hub between a module and a cloud, all in this
 * process and on loopback, with a certificate that serves nothing else.
 */
final class Training {
  private static final CacheNodeId NODE = CacheNodeId.of("00000000-0000-0000-0000-000000000001");
  private static final CustomerId CUSTOMER = CustomerId.of("00000000-0000-0000-0000-000000000002");
  private static final ModuleId MODULE = ModuleId.CACHE;
  private static final String GENERATION = "training";
  private static final byte[] SECRET = new byte[ModuleKey.NODE_SECRET_BYTES];
  private static final String HOST = "localhost";
  private static final int MESSAGES = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private final Path folder;
  private final Vertx vertx = HubMain.vertx();
  private final CountDownLatch arrived = new CountDownLatch(MESSAGES);
  private final CountDownLatch answers = new CountDownLatch(3);

  private Training(Path folder) {
    this.folder = folder;
  }

  static void run() throws IOException, InterruptedException, TimeoutException {
    var folder = Files.createTempDirectory("larder-training");
    var training = new Training(folder);
    try {
      training.rehearse();
    } finally {
      training.vertx.close().await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      try (var files = Files.walk(folder)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private void rehearse() throws IOException, InterruptedException, TimeoutException {
    for (var name : List.of("server.crt", "node.crt", "cloud-ca.pem")) {
      copy("training.crt", name);
    }
    for (var name : List.of("server.key", "node.key")) {
      copy("training.key", name);
    }
    int cloudPort = cloud();
    var identity =
        new ModuleIdentity(
            CUSTOMER,
            NODE,
            ModuleId.HUB,
            GENERATION,
            HOST,
            0,
            Optional.of(new ModuleIdentity.Endpoint(HOST, cloudPort)));
    Files.write(folder.resolve(ModuleIdentity.FILE), Json.writeBytes(identity));
    Files.writeString(
        folder.resolve(ModuleIdentity.NODE_SECRET), Base64.getEncoder().encodeToString(SECRET));
    var config =
        new HubConfig(
            folder,
            folder.resolve("data"),
            0,
            0,
            Optional.empty(),
            Optional.empty(),
            InetSocketAddress.createUnresolved("127.0.0.1", 0));
    var hub = new Hub(vertx, config, HubMain.version(), HubMain::diskFailed);
    try {
      live(hub.start().await());
    } finally {
      hub.stop();
    }
  }

  private void live(Ports ports) throws InterruptedException, TimeoutException {
    module(ports.mqtt());
    ask(ports.health(), "/health");
    ask(ports.health(), "/metrics");
    boolean done =
        arrived.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)
            && answers.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (!done) {
      throw new IllegalStateException("The training's messages did not arrive");
    }
  }

  private void copy(String resource, String name) throws IOException {
    try (var in = Training.class.getResourceAsStream("/training/" + resource)) {
      if (in == null) {
        throw new IOException("The jar has no /training/" + resource);
      }
      Files.copy(in, folder.resolve(name));
    }
  }

  private int cloud() {
    var options = new MqttServerOptions();
    options
        .setHost(HOST)
        .setPort(0)
        .setSsl(true)
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .setCertPath(folder.resolve("server.crt").toString())
                .setKeyPath(folder.resolve("server.key").toString()))
        .setMaxClientIdLength(64);
    var server = MqttServer.create(vertx, options).endpointHandler(this::accept);
    return server.listen().await().actualPort();
  }

  private void accept(MqttEndpoint endpoint) {
    endpoint.publishHandler(message -> {
      endpoint.publishAcknowledge(message.messageId());
      if (NodeTopics.parseUp(message.topicName()).orElseThrow() instanceof NodeTopics.Telemetry) {
        arrived.countDown();
      }
    });
    endpoint.subscribeHandler(message -> {
      endpoint.subscribeAcknowledge(message.messageId(), List.of(MqttQoS.AT_LEAST_ONCE));
      var desired =
          Buffer.buffer(
              "{\"version\":1,\"desired\":{\"schemaVersion\":\"1.1\",\"routes\":"
                  + "{\"up\":\"FROM /messages/* INTO $upstream\",\"self\":"
                  + "\"FROM /messages/* INTO BrokeredEndpoint(\\\"/modules/cache/inputs/in\\\")\"}}}");
      for (var twin : List.of("$edgeHub", MODULE.value())) {
        endpoint.publish(
            NodeTopics.desired(NODE, twin), desired, MqttQoS.AT_LEAST_ONCE, false, false);
      }
    });
    endpoint.accept(false);
  }

  private void module(int port) {
    var options = new MqttClientOptions();
    options
        .setClientId(NODE + "/" + MODULE)
        .setUsername(HOST + "/" + NODE + "/" + MODULE + "/?generation=" + GENERATION)
        .setPassword(ModuleKey.derive(SECRET, MODULE, GENERATION))
        .setMaxInflightQueue(2 * MESSAGES)
        .setMaxMessageSize(1 << 20)
        .setSsl(true)
        .setHostnameVerificationAlgorithm("HTTPS")
        .setTrustOptions(
            new PemTrustOptions().addCertPath(folder.resolve("cloud-ca.pem").toString()));
    var client = MqttClient.create(vertx, options);
    client.publishHandler(_ -> answers.countDown());
    client.connect(port, HOST).await();
    client
        .subscribe(
            Map.of(
                IotHubTopics.TWIN_RESPONSES,
                0,
                IotHubTopics.DESIRED_PATCHES,
                0,
                IotHubTopics.inputs(NODE, MODULE),
                1))
        .await();
    publish(client, IotHubTopics.twinGet("1"), "");
    publish(client, IotHubTopics.reportedPatch("2"), "{\"rehearsed\":true}");
    for (int i = 0; i < MESSAGES; i++) {
      publish(client, IotHubTopics.event(NODE, MODULE, Map.of("$.on", "traffic")), "{}");
    }
  }

  private static void publish(MqttClient client, String topic, String text) {
    client.publish(topic, Buffer.buffer(text), MqttQoS.AT_LEAST_ONCE, false, false).await();
  }

  private void ask(int port, String path) throws InterruptedException, TimeoutException {
    var client = vertx.createNetClient();
    var socket = client.connect(port, "127.0.0.1").await();
    var answered = new CountDownLatch(1);
    socket.handler(_ -> answered.countDown());
    socket
        .write("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .await();
    if (!answered.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new TimeoutException("No answer to " + path);
    }
  }
}
