package dev.larder.cloud;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.paho.client.mqttv3.IMqttMessageListener;
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

  void subscribe(String filter, IMqttMessageListener listener) throws MqttException {
    client.subscribe(filter, 1, listener);
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
