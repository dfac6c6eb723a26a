package dev.larder.cloud;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.json.Json;
import dev.larder.common.topic.NodeTopics;
import dev.larder.common.topic.TelemetryEnvelope;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A hub's line that ends, or loses what it carries, at the wrong moment. */
class LostLineIT {
  @RegisterExtension private final TestCloud cloud = new TestCloud();

  private static final int CUTS = 50;
  private static final int IN_FLIGHT = 256;
  private static final int MILLIS_TO_CONNECT = 10_000;

  private final Map<String, Long> expected = new TreeMap<>();
  private final long[] sequences = new long[4];
  private TestNode node;
  private Relay line;

  @BeforeEach
  void start() throws Exception {
    node = TestNode.enrolOne(cloud);
    line = new Relay(cloud.mqttPort());
  }

  @AfterEach
  void stop() throws IOException {
    line.close();
  }

  private record Message(String topic, String payload) {}

  /** A message of one of four priorities, under an output of its own. */
  private Message make(Random random) {
    int priority = random.nextInt(sequences.length);
    sequences[priority] += 1 + random.nextInt(3);
    var sender = random.nextBoolean() ? "web" : "device:press";
    var output = priority + "-" + sequences[priority];
    expected.put(sender + " " + output, 1L);
    var epoch = NodeTopics.epoch("store", priority);
    return new Message(
        NodeTopics.telemetry(node.id(), sender, epoch, sequences[priority]),
        Json.write(TelemetryEnvelope.of(Instant.EPOCH, output, Map.of(), new byte[0])));
  }

  private MqttAsyncClient connect() throws MqttException, IOException {
    var client =
        new MqttAsyncClient(
            "ssl://localhost:" + line.port(), node.id().toString(), new MemoryPersistence());
    var options = new MqttConnectOptions();
    options.setSocketFactory(cloud.ssl(Optional.of(node.identity())).getSocketFactory());
    options.setMaxInflight(IN_FLIGHT);
    client.connect(options).waitForCompletion(MILLIS_TO_CONNECT);
    return client;
  }

  private Map<String, Long> stored() throws IOException, InterruptedException {
    var stored = new TreeMap<String, Long>();
    for (var count : cloud.get(node.path()).body().path("messages")) {
      stored.put(
          count.path("module").asText() + " " + count.path("output").asText(),
          count.path("count").asLong());
    }
    return stored;
  }

  private static boolean isAcknowledged(IMqttDeliveryToken token) {
    return token.isComplete() && token.getException() == null;
  }

  private static long acknowledged(List<IMqttDeliveryToken> tokens) {
    return tokens.stream().filter(LostLineIT::isAcknowledged).count();
  }

  @Test
  void whatWasStoredAndNotAcknowledgedIsCountedOnce() throws Exception {
    var random = new Random(4);
    var waiting = new ArrayDeque<Message>();
    long acknowledged = 0;
    int storedUnheard = 0;
    for (int cut = 0; cut < CUTS; cut++) {
      for (int i = 1 + random.nextInt(40); i > 0; i--) {
        waiting.add(make(random));
      }
      var client = connect();
      boolean unheard = random.nextBoolean();
      if (unheard) {
        line.loseDown();
      }
      var tokens = publish(client, waiting);
      long before = acknowledged;
      if (unheard) {
        Until.so("more is stored than was acknowledged", () -> stored().size() > before);
      } else {
        long some = random.nextInt(tokens.size() + 1);
        Until.so("some are acknowledged", () -> acknowledged(tokens) >= some);
      }
      line.cut();
      client.disconnectForcibly(0, 1, false);
      client.close(true);
      var heard = tokens.stream().map(LostLineIT::isAcknowledged).toList();
      int first = (int) heard.stream().takeWhile(is -> is).count();
      assertThat(heard.subList(first, heard.size()))
          .as("acknowledged in order")
          .doesNotContain(true);
      waiting.removeAll(List.copyOf(waiting).subList(0, first));
      acknowledged += first;
      storedUnheard += stored().size() > acknowledged ? 1 : 0;
    }
    assertThat(storedUnheard)
        .as("cuts between the store and the acknowledgement")
        .isGreaterThan(10);
    var client = connect();
    var tokens = publish(client, waiting);
    Until.so("all is acknowledged", () -> acknowledged(tokens) == tokens.size());
    client.disconnect().waitForCompletion(MILLIS_TO_CONNECT);
    client.close();
    assertThat(stored()).isEqualTo(expected);
  }

  /** Publishes all that waits, as much as may be in flight. */
  private static List<IMqttDeliveryToken> publish(MqttAsyncClient client, Deque<Message> waiting)
      throws MqttException {
    var tokens = new ArrayList<IMqttDeliveryToken>();
    for (var message : waiting) {
      if (tokens.size() == IN_FLIGHT) {
        break;
      }
      tokens.add(client.publish(message.topic(), message.payload().getBytes(UTF_8), 1, false));
    }
    return tokens;
  }

  @Test
  void aHubIsAnsweredAtOnceThoughItsFormerLineIsHalfDead() throws Exception {
    var former = connect();
    line.loseAll();
    var begin = Instant.now();
    try (var hub = new TestHub(node)) {
      assertThat(begin.plusSeconds(3)).isAfter(Instant.now());
      hub.subscribe(NodeTopics.methodsFilter(node.id()));
      line.cut();
      former.disconnectForcibly(0, 1, false);
      former.close(true);
      var topic = NodeTopics.telemetry(node.id(), "web", NodeTopics.epoch("store", 0), 1);
      var body = TelemetryEnvelope.of(Instant.EPOCH, "out", Map.of(), new byte[0]);
      hub.publish(topic, Json.writeBytes(body));
      assertThat(stored()).isEqualTo(Map.of("web out", 1L));
      assertThat(cloud.get(node.path()).body().path("hubConnected").asBoolean()).isTrue();
    }
    Until.so("the node is seen to be gone", () -> !isConnected());
  }

  private boolean isConnected() throws IOException, InterruptedException {
    return cloud.get(node.path()).body().path("hubConnected").asBoolean();
  }

  /** CONNECT, MQTT 3.1.1, a clean session, no keep-alive. */
  private byte[] connectPacket() {
    var id = node.id().toString();
    var packet = new ByteArrayOutputStream();
    packet.writeBytes(new byte[] {0x10, (byte) (12 + id.length()), 0, 4, 'M', 'Q', 'T', 'T'});
    packet.writeBytes(new byte[] {4, 2, 0, 0, 0, (byte) id.length()});
    packet.writeBytes(id.getBytes(US_ASCII));
    return packet.toByteArray();
  }

  @Test
  void aHubThatLeavesBeforeItsAnswerIsNotTakenForConnected() throws Exception {
    var sockets = cloud.ssl(Optional.of(node.identity())).getSocketFactory();
    for (int i = 0; i < CUTS; i++) {
      try (var socket = sockets.createSocket("localhost", cloud.mqttPort())) {
        socket.setSoLinger(true, 0);
        socket.getOutputStream().write(connectPacket());
      }
    }
    Until.so("the node is seen to be gone", () -> !isConnected());
    try (var hub = new TestHub(node)) {
      assertThat(hub.isConnected()).isTrue();
    }
    Until.so("the node is seen to be gone again", () -> !isConnected());
  }
}
