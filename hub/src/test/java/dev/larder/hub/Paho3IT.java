package dev.larder.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;

/** Eclipse Paho for Java, MQTT 3.1.1. */
final class Paho3IT extends ClientContract {
  @Override
  RealClient connect(RealClient.Way way) throws MqttException {
    var options = new MqttConnectOptions();
    options.setCleanSession(!way.lasting());
    way.will()
        .ifPresent(will ->
            options.setWill(
                will.topic(),
                will.text().getBytes(StandardCharsets.UTF_8),
                will.qos(),
                will.retained()));
    return new Connection(Paho.connect(way.uri(), identity(), way.who(), options));
  }

  private record Connection(Paho client) implements RealClient {
    @Override
    public void subscribe(String filter, int qos) throws MqttException {
      client.subscribe(filter, qos);
    }

    @Override
    public void publish(Message message) throws MqttException {
      Paho.done(client.publish(message.topic(), message.text(), message.qos(), message.retained()));
    }

    @Override
    public List<Message> received() {
      return client.messages();
    }

    @Override
    public void cut() throws MqttException {
      client.cut();
      client.close();
    }

    @Override
    public void close() throws IOException {
      assertThat(client.isConnected()).as("connected until its goodbye").isTrue();
      try {
        client.close();
      } catch (MqttException e) {
        throw new IOException(e);
      }
    }
  }
}
