package dev.larder.hub;

import dev.larder.common.id.ModuleId;
import dev.larder.common.topic.IotHubTopics;
import dev.larder.hub.RealClient.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.MqttSecurityException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** A client made with Eclipse Paho, which speaks MQTT 3.1.1. */
final class Paho implements AutoCloseable {
  static final long PATIENCE_MILLIS = 30_000;

  private static final int REFUSED = 0x80;

  private final MqttAsyncClient client;
  private final MqttConnectOptions options;
  private final Gathering gathering = new Gathering();

  private Paho(MqttAsyncClient client, MqttConnectOptions options) {
    this.client = client;
    this.options = options;
    client.setCallback(gathering);
  }

  /** A module by its key, over TLS. */
  static Paho connect(HubProcess hub, TestIdentity identity, String module) throws MqttException {
    return connect(hub, identity, Who.module(module));
  }

  /**
   * Any client, over TLS.
   *
   * @throws MqttSecurityException the hub refused it
   */
  static Paho connect(HubProcess hub, TestIdentity identity, Who who) throws MqttException {
    return connect(hub.uri(), identity, who, new MqttConnectOptions());
  }

  /** A client of the open listener that shows nothing of itself. */
  static Paho open(HubProcess hub, TestIdentity identity, String clientId) throws MqttException {
    return connect(hub.openUri(), identity, Who.anonymous(clientId), new MqttConnectOptions());
  }

  /** Any client, anywhere, in any way. */
  static Paho connect(String uri, TestIdentity identity, Who who, MqttConnectOptions options)
      throws MqttException {
    var client = new MqttAsyncClient(uri, who.clientId(), new MemoryPersistence());
    if (!who.userName().isEmpty()) {
      options.setUserName(who.userName());
    }
    if (!who.password().isEmpty()) {
      options.setPassword(who.password().toCharArray());
    }
    if (!uri.startsWith("tcp:")) {
      options.setSocketFactory(identity.tls(who.certificate()).getSocketFactory());
    }
    options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
    options.setMaxInflight(2_000);
    var made = new Paho(client, options);
    try {
      client.connect(options).waitForCompletion(PATIENCE_MILLIS);
    } catch (MqttException e) {
      client.close(true);
      throw e;
    }
    return made;
  }

  /** Connects again, as the same client with what it remembers. */
  void reconnect() throws MqttException {
    client.connect(options).waitForCompletion(PATIENCE_MILLIS);
  }

  /** Subscribes; what comes is found in {@link #received} and {@link #messages}. */
  Paho subscribe(String filter) throws MqttException {
    return subscribe(filter, 1);
  }

  Paho subscribe(String filter, int qos) throws MqttException {
    client.subscribe(filter, qos).waitForCompletion(PATIENCE_MILLIS);
    return this;
  }

  /** Gathers what comes, by subscriptions of this connection or of one before. */
  private static final class Gathering implements MqttCallback {
    private final List<Message> received = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void connectionLost(Throwable cause) {}

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      received.add(
          new Message(
              topic,
              new String(message.getPayload(), StandardCharsets.UTF_8),
              message.getQos(),
              message.isRetained(),
              Map.of(),
              RealClient.FOR_EVER));
    }

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {}
  }

  /** Whether a subscription is taken. */
  boolean isGranted(String filter) throws MqttException {
    try {
      var token = client.subscribe(filter, 1);
      token.waitForCompletion(PATIENCE_MILLIS);
      return token.getGrantedQos()[0] != REFUSED;
    } catch (MqttException e) {
      if (client.isConnected()) {
        return false;
      }
      throw e;
    }
  }

  /** Sends a module's telemetry at QoS 1 without waiting. */
  IMqttDeliveryToken send(String output, String text) throws MqttException {
    var id = client.getClientId();
    var module = ModuleId.of(id.substring(id.indexOf('/') + 1));
    var topic = IotHubTopics.event(TestIdentity.NODE, module, Map.of(IotHubTopics.OUTPUT, output));
    return publish(topic, text, 1);
  }

  IMqttDeliveryToken publish(String topic, String text, int qos) throws MqttException {
    return publish(topic, text, qos, false);
  }

  IMqttDeliveryToken publish(String topic, String text, int qos, boolean retained)
      throws MqttException {
    var message = new MqttMessage(text.getBytes(StandardCharsets.UTF_8));
    message.setQos(qos);
    message.setRetained(retained);
    return client.publish(topic, message);
  }

  /** Waits until the hub has answered. */
  static void done(IMqttDeliveryToken token) throws MqttException {
    token.waitForCompletion(PATIENCE_MILLIS);
  }

  /** What has come so far. */
  List<Message> messages() {
    synchronized (gathering.received) {
      return List.copyOf(gathering.received);
    }
  }

  /**
   * What has come so far as {@code topic payload}, a retained message with {@code retained} in
   * front.
   */
  List<String> received() {
    return messages().stream()
        .map(m -> (m.retained() ? "retained " : "") + m.topic() + " " + m.text())
        .toList();
  }

  /** Messages that the hub has not taken over yet. */
  int unfinished() {
    return client.getPendingDeliveryTokens().length;
  }

  boolean isConnected() {
    return client.isConnected();
  }

  /** Cuts the connection without a goodbye. */
  void cut() throws MqttException {
    client.disconnectForcibly(0, 1, false);
  }

  @Override
  public void close() throws MqttException {
    if (client.isConnected()) {
      client.disconnect().waitForCompletion(PATIENCE_MILLIS);
    }
    client.close(true);
  }
}
