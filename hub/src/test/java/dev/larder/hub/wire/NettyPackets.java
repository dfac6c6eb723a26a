package dev.larder.hub.wire;

import dev.larder.hub.message.Payload;
import dev.larder.hub.wire.Properties.Binary;
import dev.larder.hub.wire.Properties.Numeric;
import dev.larder.hub.wire.Properties.Property;
import dev.larder.hub.wire.Properties.Text;
import dev.larder.hub.wire.Properties.User;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscribePayload;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption.RetainedHandlingPolicy;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckPayload;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribePayload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Our packets as Netty's, to be written by its codec. */
final class NettyPackets {
  private NettyPackets() {}

  static MqttMessage of(Packet packet) {
    return switch (packet) {
      case Packet.Connect connect -> connect(connect);
      case Packet.ConnAck(boolean present, int code, var more) ->
          new MqttConnAckMessage(
              header(MqttMessageType.CONNACK, 0),
              new MqttConnAckVariableHeader(
                  MqttConnectReturnCode.valueOf((byte) code), present, properties(more)));
      case Packet.Publish publish -> publish(publish);
      case Packet.PubAck(int id, int code, var more) ->
          reply(MqttMessageType.PUBACK, id, code, more);
      case Packet.PubRec(int id, int code, var more) ->
          reply(MqttMessageType.PUBREC, id, code, more);
      case Packet.PubRel(int id, int code, var more) ->
          reply(MqttMessageType.PUBREL, id, code, more);
      case Packet.PubComp(int id, int code, var more) ->
          reply(MqttMessageType.PUBCOMP, id, code, more);
      case Packet.Subscribe(int id, var wishes, var more) ->
          new MqttSubscribeMessage(
              header(MqttMessageType.SUBSCRIBE, 1),
              id(id, more),
              new MqttSubscribePayload(wishes.stream().map(NettyPackets::wish).toList()));
      case Packet.SubAck(int id, var codes, var more) ->
          new MqttSubAckMessage(
              header(MqttMessageType.SUBACK, 0), id(id, more), new MqttSubAckPayload(codes));
      case Packet.Unsubscribe(int id, var filters, var more) ->
          new MqttUnsubscribeMessage(
              header(MqttMessageType.UNSUBSCRIBE, 1),
              id(id, more),
              new MqttUnsubscribePayload(filters));
      case Packet.UnsubAck(int id, var codes, var more) ->
          new MqttUnsubAckMessage(
              header(MqttMessageType.UNSUBACK, 0), id(id, more), unsubscribed(codes));
      case Packet.PingReq() -> MqttMessage.PINGREQ;
      case Packet.PingResp() -> MqttMessage.PINGRESP;
      case Packet.Disconnect(int code, var more) -> coded(MqttMessageType.DISCONNECT, code, more);
      case Packet.Auth(int code, var more) -> coded(MqttMessageType.AUTH, code, more);
    };
  }

  private static MqttMessage connect(Packet.Connect connect) {
    var will = connect.will();
    var header =
        new MqttConnectVariableHeader(
            "MQTT",
            connect.level(),
            connect.userName().isPresent(),
            connect.password().isPresent(),
            will.isPresent() && will.get().retain(),
            will.map(Packet.Will::qos).orElse(0),
            will.isPresent(),
            connect.cleanStart(),
            connect.keepAlive(),
            properties(connect.properties()));
    return new MqttConnectMessage(
        header(MqttMessageType.CONNECT, 0),
        header,
        new MqttConnectPayload(
            connect.clientId(),
            properties(will.map(Packet.Will::properties).orElse(Properties.NONE)),
            will.map(Packet.Will::topic).orElse(null),
            bytes(will.map(Packet.Will::payload).orElse(null)),
            connect.userName().orElse(null),
            bytes(connect.password().orElse(null))));
  }

  private static byte @Nullable [] bytes(@Nullable Payload payload) {
    return payload == null ? null : payload.bytes();
  }

  private static MqttMessage publish(Packet.Publish publish) {
    return new MqttPublishMessage(
        new MqttFixedHeader(
            MqttMessageType.PUBLISH,
            publish.duplicate(),
            MqttQoS.valueOf(publish.qos()),
            publish.retain(),
            0),
        new MqttPublishVariableHeader(
            publish.topic(), publish.packetId(), properties(publish.properties())),
        Unpooled.wrappedBuffer(publish.payload().bytes()));
  }

  private static MqttMessage reply(MqttMessageType type, int id, int code, Properties more) {
    return new MqttMessage(
        header(type, type == MqttMessageType.PUBREL ? 1 : 0),
        new MqttPubReplyMessageVariableHeader(id, (byte) code, properties(more)));
  }

  private static MqttMessage coded(MqttMessageType type, int code, Properties more) {
    return new MqttMessage(
        header(type, 0),
        new MqttReasonCodeAndPropertiesVariableHeader((byte) code, properties(more)));
  }

  private static MqttUnsubAckPayload unsubscribed(List<Integer> codes) {
    return new MqttUnsubAckPayload(codes.stream().map(Integer::shortValue).toList());
  }

  private static MqttTopicSubscription wish(Packet.Wish wish) {
    return new MqttTopicSubscription(
        wish.filter(),
        new MqttSubscriptionOption(
            MqttQoS.valueOf(wish.qos()),
            wish.noLocal(),
            wish.retainAsPublished(),
            RetainedHandlingPolicy.valueOf(wish.retainHandling())));
  }

  private static MqttMessageIdAndPropertiesVariableHeader id(int id, Properties more) {
    return new MqttMessageIdAndPropertiesVariableHeader(id, properties(more));
  }

  private static MqttFixedHeader header(MqttMessageType type, int qos) {
    return new MqttFixedHeader(type, false, MqttQoS.valueOf(qos), false, 0);
  }

  private static MqttProperties properties(Properties properties) {
    var all = new MqttProperties();
    for (Property property : properties.all()) {
      all.add(
          switch (property) {
            case Numeric(int id, long value) -> new MqttProperties.IntegerProperty(id, (int) value);
            case Text(int id, var value) -> new MqttProperties.StringProperty(id, value);
            case Binary(int id, var value) -> new MqttProperties.BinaryProperty(id, value.bytes());
            case User(var name, var value) -> new MqttProperties.UserProperty(name, value);
          });
    }
    return all;
  }
}
