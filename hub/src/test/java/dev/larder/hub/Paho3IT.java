package dev.larder.hub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** Eclipse Paho for Java, MQTT 3.1.1. */
final class Paho3IT extends ClientContract {
  @Override
  RealClient connect(RealClient.Way way) throws MqttException {
    var options = new MqttConnectOptions();
    options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
    options.setCleanSession(!way.lasting());
    options.setUserName(way.who().userName());
    options.setPassword(way.who().password().toCharArray());
    options.setSocketFactory(identity().tls(way.who().certificate()).getSocketFactory());
    way.will()
        .ifPresent(will ->
            options.setWill(
                will.topic(),
                will.text().getBytes(StandardCharsets.UTF_8),
                will.qos(),
                will.retained()));
    var client = new MqttAsyncClient(way.uri(), way.who().clientId(), new MemoryPersistence());
    var connection = new Connection(client);
    client.setCallback(connection);
    client.connect(options).waitForCompletion(Paho.PATIENCE_MILLIS);
    return connection;
  }

  private static final class Connection implements RealClient, MqttCallback {
    private final MqttAsyncClient client;
    private final List<Message> received = new CopyOnWriteArrayList<>();

    Connection(MqttAsyncClient client) {
      this.client = client;
    }

    @Override
    public void subscribe(String filter, int qos) throws MqttException {
      client.subscribe(filter, qos).waitForCompletion(Paho.PATIENCE_MILLIS);
    }

    @Override
    public void publish(Message message) throws MqttException {
      client
          .publish(
              message.topic(),
              message.text().getBytes(StandardCharsets.UTF_8),
              message.qos(),
              message.retained())
          .waitForCompletion(Paho.PATIENCE_MILLIS);
    }

    @Override
    public List<Message> received() {
      return List.copyOf(received);
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      received.add(
          new Message(
              topic,
              new String(message.getPayload(), StandardCharsets.UTF_8),
              message.getQos(),
              message.isRetained(),
              Map.of(),
              FOR_EVER));
    }

    @Override
    public void connectionLost(Throwable cause) {}

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {}

    @Override
    public void cut() throws MqttException {
      client.disconnectForcibly(0, 1, false);
      client.close(true);
    }

    @Override
    public void close() throws IOException {
      try {
        client.disconnect().waitForCompletion(Paho.PATIENCE_MILLIS);
        client.close(true);
      } catch (MqttException e) {
        throw new IOException(e);
      }
    }
  }
}
