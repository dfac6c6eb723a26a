package dev.larder.hub;

import static dev.larder.hub.HubProcess.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.id.ModuleId;
import dev.larder.common.topic.IotHubTopics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real hub is killed at random points under load, again and again. What it acknowledged
 * arrives: in the cloud once and in order; at a subscriber in order; at QoS 2 exactly once at both.
 */
@Timeout(3_600)
final class CrashIT {
  /** Kills; more for a long look: {@code -Dlarder.crashes=200}. */
  private static final int CRASHES = Integer.getInteger("larder.crashes", 12);

  private static final int MESSAGES_A_ROUND = 400;
  private static final int WINDOW = 64;
  private static final String SETTINGS =
      """
      {"schemaVersion": "1.2", "routes": {"up": "FROM /* INTO $upstream"},
       "mqttBroker": {"authorizations": [{"identities": ["{{iot:identity}}"],
         "allow": [{"operations": ["mqtt:publish", "mqtt:subscribe"], "resources": ["t/#"]}]}]}}
      """;

  private final Random random = new Random(Long.getLong("larder.seed", 1));
  @TempDir private Path folder;
  private TestNode node;

  @BeforeEach
  void start() {
    node = TestNode.start(folder, SETTINGS);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private Paho lasting(String module) throws MqttException {
    var options = new MqttConnectOptions();
    options.setCleanSession(false);
    return Paho.connect(node.hub().uri(), node.identity(), Who.module(module), options);
  }

  private static String events(String module) {
    return IotHubTopics.event(TestIdentity.NODE, ModuleId.of(module), Map.of());
  }

  /** Publishes numbers in turn to its telemetry and to an open topic, and notes what was taken. */
  private static final class Load {
    private final String module;
    private final String topic;
    private final int qos;
    private final List<String> acknowledged = new ArrayList<>();
    private int number;

    Load(String module, String topic, int qos) {
      this.module = module;
      this.topic = topic;
      this.qos = qos;
    }

    /**
     * Until there is no connection any more; answers the last number that may not have gone out.
     */
    void run(Paho client) {
      var tokens = new ArrayList<IMqttDeliveryToken>();
      int first = number;
      try {
        while (number - first < MESSAGES_A_ROUND) {
          var to = number % 2 == 0 ? events(module) : topic;
          tokens.add(client.publish(to, String.valueOf(number), qos));
          number++;
          if (tokens.size() > WINDOW) {
            tokens.get(tokens.size() - WINDOW).waitForCompletion(Paho.PATIENCE_MILLIS);
          }
        }
        await("it is killed", () -> !client.isConnected());
      } catch (MqttException _) {
        // The kill that it was waiting for.
      }
      for (int i = 0; i < tokens.size(); i++) {
        if (tokens.get(i).isComplete() && tokens.get(i).getException() == null) {
          acknowledged.add(String.valueOf(first + i));
        }
      }
    }

    /** Of the numbers, those that go to the cloud, or those that go to the subscriber. */
    static List<String> half(List<String> numbers, int rest) {
      return numbers.stream().filter(n -> Integer.parseInt(n) % 2 == rest).toList();
    }

    /** All that were published. */
    List<String> all() {
      return IntStream.range(0, number).mapToObj(String::valueOf).toList();
    }
  }

  @Test
  void killsLoseNothingThatWasAcknowledgedAndDoubleNothingAtQos2() throws Exception {
    var once = new Load("press", "t/1", 1);
    var exactly = new Load("exact", "t/2", 2);
    try (var exact = lasting("exact");
        var agg = lasting("agg")) {
      agg.subscribe("t/#", 2);
      for (int crash = 0; crash < CRASHES; crash++) {
        round(once, exactly, exact);
        node.hub().restart();
        if (random.nextInt(6) == 0) {
          node.hub().killAndRestart();
        }
        exact.reconnect();
        agg.reconnect();
      }
      await("all of QoS 2 is taken over", () -> exact.unfinished() == 0);
      inTheCloud(once, exactly);
      atTheSubscriber(agg, once, exactly);
    }
    System.out.printf(
        "%d kills, %d messages acknowledged at QoS 1, %d sent at QoS 2%n",
        CRASHES, once.acknowledged.size(), exactly.number);
  }

  private void round(Load once, Load exactly, Paho exact) throws Exception {
    try (var press = node.module("press")) {
      var first = Thread.ofVirtual().start(() -> once.run(press));
      var second = Thread.ofVirtual().start(() -> exactly.run(exact));
      LockSupport.parkNanos(Duration.ofMillis(random.nextInt(400)).toNanos());
      node.hub().kill();
      first.join();
      second.join();
      await("the clients have seen it", () -> !press.isConnected() && !exact.isConnected());
    }
  }

  private static List<String> of(List<String> all, String prefix) {
    return all.stream()
        .filter(text -> text.startsWith(prefix))
        .map(text -> text.substring(prefix.length()))
        .toList();
  }

  private static final Comparator<String> BY_NUMBER = Comparator.comparingInt(Integer::parseInt);

  private void inTheCloud(Load once, Load exactly) {
    var cloud = node.cloud();
    var owed = Load.half(once.acknowledged, 0);
    var owedExactly = Load.half(exactly.all(), 0);
    await(
        "all is in the cloud",
        () ->
            of(cloud.telemetry(), "press:").containsAll(new HashSet<>(owed))
                && of(cloud.telemetry(), "exact:").size() >= owedExactly.size());
    assertThat(of(cloud.telemetry(), "press:"))
        .doesNotHaveDuplicates()
        .isSortedAccordingTo(BY_NUMBER);
    assertThat(of(cloud.telemetry(), "exact:")).isEqualTo(owedExactly);
    assertThat(cloud.backwards()).isZero();
    assertThat(owed).hasSizeGreaterThan(10 * CRASHES);
  }

  private static void atTheSubscriber(Paho agg, Load once, Load exactly) {
    var owed = Load.half(once.acknowledged, 1);
    var owedExactly = Load.half(exactly.all(), 1);
    await(
        "all is at the subscriber",
        () ->
            new HashSet<>(of(agg.received(), "t/1 ")).containsAll(owed)
                && of(agg.received(), "t/2 ").size() >= owedExactly.size());
    assertThat(of(agg.received(), "t/1 ").stream().distinct().toList())
        .as("in the order of their first coming")
        .isSortedAccordingTo(BY_NUMBER);
    assertThat(of(agg.received(), "t/2 ")).isEqualTo(owedExactly);
  }
}
