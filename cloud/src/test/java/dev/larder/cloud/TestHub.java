package dev.larder.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** A hub's connection to the cloud, by another maker's client. */
final class TestHub implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final MqttClient client;

  TestHub(TestNode node) throws MqttException, IOException {
    this(node, node.id().toString());
  }

  TestHub(TestNode node, String clientId) throws MqttException, IOException {
    var url = "ssl://localhost:" + node.cloud().mqttPort();
    client = new MqttClient(url, clientId, new MemoryPersistence());
    var options = new MqttConnectOptions();
    options.setSocketFactory(node.cloud().ssl(Optional.of(node.identity())).getSocketFactory());
    options.setConnectionTimeout((int) PATIENCE.toSeconds());
    client.setTimeToWait(PATIENCE.toMillis());
    client.connect(options);
  }

  /** Returns when the cloud has acknowledged. */
  void publish(String topic, byte[] payload) throws MqttException {
    client.publish(topic, payload, 1, false);
  }

  /** At QoS 0. */
  void publishOnce(String topic, byte[] payload) throws MqttException {
    client.publish(topic, payload, 0, false);
  }

  /** Subscribes, and gathers what comes. */
  Arrivals subscribe(String filter) throws MqttException {
    var came = new LinkedBlockingQueue<Arrival>();
    client.subscribe(
        filter,
        1,
        (topic, message) -> came.add(new Arrival(topic, new String(message.getPayload(), UTF_8))));
    return new Arrivals(filter, came);
  }

  /** A message that came. */
  record Arrival(String topic, String text) {
    JsonNode json() throws IOException {
      return Json.mapper().readTree(text);
    }
  }

  /** What has come by a subscription, in order. */
  record Arrivals(String filter, BlockingQueue<Arrival> came) {
    /** Waits for the next. */
    Arrival next() throws InterruptedException {
      var next = came.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(next).as("what comes by %s", filter).isNotNull();
      return Objects.requireNonNull(next);
    }

    /** Waits for the next under a topic, and passes over what comes before it. */
    Arrival next(String topic) throws InterruptedException {
      var next = next();
      while (!next.topic().equals(topic)) {
        next = next();
      }
      return next;
    }
  }

  /** From now on what comes is not acknowledged. */
  void acknowledgeNothing() {
    client.setManualAcks(true);
  }

  boolean isConnected() {
    return client.isConnected();
  }

  @Override
  public void close() throws MqttException {
    client.disconnectForcibly(0, 1, false);
    client.close();
  }
}
