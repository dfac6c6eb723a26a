package dev.larder.hub;

import dev.larder.common.id.ModuleId;
import dev.larder.common.topic.IotHubTopics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.MqttSecurityException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** A module made with Eclipse Paho. */
final class Paho implements AutoCloseable {
  private static final long PATIENCE_MILLIS = 20_000;

  private final String module;
  private final MqttAsyncClient client;
  private final List<String> received = new CopyOnWriteArrayList<>();

  private Paho(String module, MqttAsyncClient client) {
    this.module = module;
    this.client = client;
  }

  static Paho connect(HubProcess hub, TestIdentity identity, String module) throws MqttException {
    return connect(hub, identity, module, TestIdentity.password(module));
  }

  /**
   * Connects with a password.
   *
   * @throws MqttSecurityException the hub refused it
   */
  static Paho connect(HubProcess hub, TestIdentity identity, String module, String password)
      throws MqttException {
    var client =
        new MqttAsyncClient(hub.uri(), TestIdentity.clientId(module), new MemoryPersistence());
    var options = new MqttConnectOptions();
    options.setUserName(TestIdentity.userName(module));
    options.setPassword(password.toCharArray());
    options.setSocketFactory(identity.sockets());
    options.setMaxInflight(1_000);
    client.connect(options).waitForCompletion(PATIENCE_MILLIS);
    return new Paho(module, client);
  }

  /** Subscribes; what comes is found in {@link #received} as {@code topic payload}. */
  Paho subscribe(String filter) throws MqttException {
    client
        .subscribe(
            filter,
            1,
            (topic, message) ->
                received.add(
                    topic + " " + new String(message.getPayload(), StandardCharsets.UTF_8)))
        .waitForCompletion(PATIENCE_MILLIS);
    return this;
  }

  /** The answer to a subscription: the granted QoS, or 0x80. */
  int granted(String filter) throws MqttException {
    var token = client.subscribe(filter, 1);
    token.waitForCompletion(PATIENCE_MILLIS);
    return token.getGrantedQos()[0];
  }

  /** Sends telemetry at QoS 1 without waiting. */
  IMqttDeliveryToken send(String output, String text) throws MqttException {
    var topic =
        IotHubTopics.event(
            TestIdentity.NODE, ModuleId.of(module), Map.of(IotHubTopics.OUTPUT, output));
    return publish(topic, text, 1);
  }

  IMqttDeliveryToken publish(String topic, String text, int qos) throws MqttException {
    var message = new MqttMessage(text.getBytes(StandardCharsets.UTF_8));
    message.setQos(qos);
    return client.publish(topic, message);
  }

  List<String> received() {
    return List.copyOf(received);
  }

  boolean isConnected() {
    return client.isConnected();
  }

  @Override
  public void close() throws MqttException {
    if (client.isConnected()) {
      client.disconnect().waitForCompletion(PATIENCE_MILLIS);
    }
    client.close(true);
  }
}
