package dev.larder.hub;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** HiveMQ's client, MQTT 5. */
final class HiveMqIT extends Client5Contract {
  @Override
  RealClient connect(RealClient.Way way) {
    var builder =
        MqttClient.builder()
            .useMqttVersion5()
            .identifier(way.who().clientId())
            .serverHost("127.0.0.1")
            .serverPort(way.port())
            .sslConfig()
            .trustManagerFactory(identity().trust())
            .applySslConfig()
            .simpleAuth()
            .username(way.who().userName())
            .password(way.who().password().getBytes(StandardCharsets.UTF_8))
            .applySimpleAuth();
    if (way.path().isPresent()) {
      builder =
          builder.webSocketConfig(
              MqttWebSocketConfig.builder()
                  .serverPath(way.path().get().substring(1))
                  .subprotocol("mqtt")
                  .build());
    }
    if (way.will().isPresent()) {
      builder = builder.willPublish(publish(way.will().get()));
    }
    var client = builder.buildAsync();
    var connection = new Connection(client);
    client.publishes(MqttGlobalPublishFilter.ALL, connection::arrived);
    await(
        client
            .connectWith()
            .cleanStart(!way.lasting())
            .sessionExpiryInterval(way.lasting() ? 3_600 : 0)
            .send());
    return connection;
  }

  private static void await(CompletableFuture<?> future) {
    future.orTimeout(Paho.PATIENCE_MILLIS, TimeUnit.MILLISECONDS).join();
  }

  private static MqttQos qos(int code) {
    return Objects.requireNonNull(MqttQos.fromCode(code));
  }

  private static Mqtt5Publish publish(RealClient.Message message) {
    var user =
        message.user().entrySet().stream()
            .map(property -> Mqtt5UserProperty.of(property.getKey(), property.getValue()))
            .toList();
    var builder =
        Mqtt5Publish.builder()
            .topic(message.topic())
            .payload(message.text().getBytes(StandardCharsets.UTF_8))
            .qos(qos(message.qos()))
            .retain(message.retained())
            .userProperties(Mqtt5UserProperties.of(user));
    return message.expirySeconds() == RealClient.FOR_EVER
        ? builder.build()
        : builder.messageExpiryInterval(message.expirySeconds()).build();
  }

  private static final class Connection implements RealClient {
    private final Mqtt5AsyncClient client;
    private final List<Message> received = new CopyOnWriteArrayList<>();

    Connection(Mqtt5AsyncClient client) {
      this.client = client;
    }

    void arrived(Mqtt5Publish message) {
      Map<String, String> user =
          message.getUserProperties().asList().stream()
              .collect(Collectors.toMap(p -> p.getName().toString(), p -> p.getValue().toString()));
      received.add(
          new Message(
              message.getTopic().toString(),
              new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8),
              message.getQos().getCode(),
              message.isRetain(),
              user,
              message.getMessageExpiryInterval().orElse(FOR_EVER)));
    }

    @Override
    public void subscribe(String filter, int qos) {
      await(client.subscribeWith().topicFilter(filter).qos(HiveMqIT.qos(qos)).send());
    }

    @Override
    public void publish(Message message) {
      await(client.publish(HiveMqIT.publish(message)));
    }

    @Override
    public List<Message> received() {
      return List.copyOf(received);
    }

    @Override
    public void cut() {
      await(
          client
              .disconnectWith()
              .reasonCode(Mqtt5DisconnectReasonCode.DISCONNECT_WITH_WILL_MESSAGE)
              .send());
    }

    @Override
    public void close() {
      await(client.disconnect());
    }
  }
}
