package dev.larder.hub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.MqttReturnCode;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/** Eclipse Paho for Java, MQTT 5. */
final class Paho5IT extends Client5Contract {
  @Override
  RealClient connect(RealClient.Way way) throws MqttException {
    var options = new MqttConnectionOptions();
    options.setCleanStart(!way.lasting());
    options.setSessionExpiryInterval(way.lasting() ? 3_600L : 0L);
    options.setUserName(way.who().userName());
    options.setPassword(way.who().password().getBytes(StandardCharsets.UTF_8));
    options.setSocketFactory(identity().tls(way.who().certificate()).getSocketFactory());
    way.will().ifPresent(will -> options.setWill(will.topic(), message(will)));
    var client = new MqttAsyncClient(way.uri(), way.who().clientId(), new MemoryPersistence());
    var connection = new Connection(client);
    client.setCallback(connection);
    client.connect(options).waitForCompletion(Paho.PATIENCE_MILLIS);
    return connection;
  }

  private static MqttMessage message(RealClient.Message message) {
    var properties = new MqttProperties();
    if (message.expirySeconds() != RealClient.FOR_EVER) {
      properties.setMessageExpiryInterval(message.expirySeconds());
    }
    var user = new ArrayList<UserProperty>();
    message.user().forEach((name, value) -> user.add(new UserProperty(name, value)));
    properties.setUserProperties(user);
    return new MqttMessage(
        message.text().getBytes(StandardCharsets.UTF_8),
        message.qos(),
        message.retained(),
        properties);
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
          .publish(message.topic(), Paho5IT.message(message))
          .waitForCompletion(Paho.PATIENCE_MILLIS);
    }

    @Override
    public List<Message> received() {
      return List.copyOf(received);
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      var properties = message.getProperties();
      var user =
          properties.getUserProperties().stream()
              .collect(Collectors.toMap(UserProperty::getKey, UserProperty::getValue));
      received.add(
          new Message(
              topic,
              new String(message.getPayload(), StandardCharsets.UTF_8),
              message.getQos(),
              message.isRetained(),
              user,
              Optional.ofNullable(properties.getMessageExpiryInterval()).orElse(FOR_EVER)));
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {}

    @Override
    public void mqttErrorOccurred(MqttException exception) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean again, String uri) {}

    @Override
    public void authPacketArrived(int reason, MqttProperties properties) {}

    @Override
    public void cut() throws MqttException {
      // Without a goodbye it leaves its socket open; this goodbye asks for the will (3.14.2.1).
      client
          .disconnect(
              0,
              null,
              null,
              MqttReturnCode.RETURN_CODE_DISCONNECT_WITH_WILL_MESSAGE,
              new MqttProperties())
          .waitForCompletion(Paho.PATIENCE_MILLIS);
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
