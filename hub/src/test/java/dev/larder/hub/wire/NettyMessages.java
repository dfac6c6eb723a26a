package dev.larder.hub.wire;

import dev.larder.hub.message.Payload;
import dev.larder.hub.wire.Properties.Binary;
import dev.larder.hub.wire.Properties.Numeric;
import dev.larder.hub.wire.Properties.Property;
import dev.larder.hub.wire.Properties.Text;
import dev.larder.hub.wire.Properties.User;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import java.util.ArrayList;
import java.util.Optional;

/** What Netty's codec has read, as our packets; properties in the order of their ids. */
final class NettyMessages {
  private NettyMessages() {}

  static Packet packet(MqttMessage message) {
    if (message.decoderResult().isFailure()) {
      throw new AssertionError("Netty refuses it", message.decoderResult().cause());
    }
    return switch (message.fixedHeader().messageType()) {
      case CONNECT -> connect((MqttConnectMessage) message);
      case CONNACK -> {
        var header = ((MqttConnAckMessage) message).variableHeader();
        yield new Packet.ConnAck(
            header.isSessionPresent(),
            header.connectReturnCode().byteValue() & 0xFF,
            properties(header.properties()));
      }
      case PUBLISH -> publish((MqttPublishMessage) message);
      case PUBACK, PUBREC, PUBREL, PUBCOMP -> reply(message);
      case SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK -> withId(message);
      case PINGREQ -> new Packet.PingReq();
      case PINGRESP -> new Packet.PingResp();
      case DISCONNECT, AUTH -> coded(message);
    };
  }

  private static Packet connect(MqttConnectMessage connect) {
    var header = connect.variableHeader();
    var payload = connect.payload();
    var will =
        header.isWillFlag()
            ? Optional.of(
                new Packet.Will(
                    payload.willTopic(),
                    Payload.of(payload.willMessageInBytes()),
                    header.willQos(),
                    header.isWillRetain(),
                    properties(payload.willProperties())))
            : Optional.<Packet.Will>empty();
    return new Packet.Connect(
        header.version(),
        header.isCleanSession(),
        header.keepAliveTimeSeconds(),
        payload.clientIdentifier(),
        will,
        Optional.ofNullable(payload.userName()),
        Optional.ofNullable(payload.passwordInBytes()).map(Payload::of),
        properties(header.properties()));
  }

  private static Packet publish(MqttPublishMessage publish) {
    var header = publish.fixedHeader();
    int qos = header.qosLevel().value();
    return new Packet.Publish(
        publish.variableHeader().topicName(),
        qos,
        header.isRetain(),
        header.isDup(),
        qos == 0 ? 0 : publish.variableHeader().packetId(),
        Payload.of(Bytes.taken(publish.payload())),
        properties(publish.variableHeader().properties()));
  }

  private static Packet reply(MqttMessage message) {
    var header = (MqttPubReplyMessageVariableHeader) message.variableHeader();
    int id = header.messageId();
    int code = header.reasonCode() & 0xFF;
    var properties = properties(header.properties());
    return switch (message.fixedHeader().messageType()) {
      case PUBACK -> new Packet.PubAck(id, code, properties);
      case PUBREC -> new Packet.PubRec(id, code, properties);
      case PUBREL -> new Packet.PubRel(id, code, properties);
      default -> new Packet.PubComp(id, code, properties);
    };
  }

  private static Packet coded(MqttMessage message) {
    var header = (MqttReasonCodeAndPropertiesVariableHeader) message.variableHeader();
    int code = header.reasonCode() & 0xFF;
    var properties = properties(header.properties());
    return switch (message.fixedHeader().messageType()) {
      case AUTH -> new Packet.Auth(code, properties);
      default -> new Packet.Disconnect(code, properties);
    };
  }

  private static Packet withId(MqttMessage message) {
    var header = (MqttMessageIdAndPropertiesVariableHeader) message.variableHeader();
    int id = header.messageId();
    var properties = properties(header.properties());
    return switch (message) {
      case MqttSubscribeMessage subscribe ->
          new Packet.Subscribe(
              id,
              subscribe.payload().topicSubscriptions().stream().map(NettyMessages::wish).toList(),
              properties);
      case MqttSubAckMessage subAck ->
          new Packet.SubAck(id, subAck.payload().reasonCodes(), properties);
      case MqttUnsubscribeMessage unsubscribe ->
          new Packet.Unsubscribe(id, unsubscribe.payload().topics(), properties);
      case MqttUnsubAckMessage unsubAck ->
          new Packet.UnsubAck(
              id,
              unsubAck.payload().unsubscribeReasonCodes().stream()
                  .map(code -> code & 0xFF)
                  .toList(),
              properties);
      default -> throw new AssertionError(message);
    };
  }

  private static Packet.Wish wish(MqttTopicSubscription wish) {
    return new Packet.Wish(
        wish.topicFilter(),
        wish.option().qos().value(),
        wish.option().isNoLocal(),
        wish.option().isRetainAsPublished(),
        wish.option().retainHandling().value());
  }

  private static Properties properties(MqttProperties properties) {
    var all = new ArrayList<Property>();
    for (MqttProperties.MqttProperty<?> property : properties.listAll()) {
      switch (property) {
        case MqttProperties.UserProperties users ->
            users.value().forEach(pair -> all.add(new User(pair.key, pair.value)));
        case MqttProperties.UserProperty user ->
            all.add(new User(user.value().key, user.value().value));
        case MqttProperties.IntegerProperty number ->
            all.add(new Numeric(number.propertyId(), number.value() & 0xFFFF_FFFFL));
        case MqttProperties.StringProperty text ->
            all.add(new Text(text.propertyId(), text.value()));
        case MqttProperties.BinaryProperty binary ->
            all.add(new Binary(binary.propertyId(), Payload.of(binary.value())));
        default -> throw new AssertionError(property);
      }
    }
    return Packets.sorted(Properties.of(all));
  }
}
