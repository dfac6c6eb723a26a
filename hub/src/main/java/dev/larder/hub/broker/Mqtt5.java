package dev.larder.hub.broker;

import dev.larder.hub.session.Reason;
import dev.larder.hub.session.Session;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import io.vertx.mqtt.messages.codes.MqttPubAckReasonCode;
import io.vertx.mqtt.messages.codes.MqttSubAckReasonCode;

/** MQTT 5's numbers for what the sessions say in words. */
final class Mqtt5 {
  static final int PROTOCOL_LEVEL = 5;

  private static final int SESSION_EXPIRY_INTERVAL = 17;
  private static final int RECEIVE_MAXIMUM = 33;
  private static final int MAXIMUM_QOS = 36;
  private static final int RETAIN_AVAILABLE = 37;
  private static final int MAXIMUM_PACKET_SIZE = 39;
  private static final int SUBSCRIPTION_IDENTIFIER_AVAILABLE = 41;
  private static final int SHARED_SUBSCRIPTION_AVAILABLE = 42;

  private Mqtt5() {}

  /** What CONNACK says that this server does not do, and its bounds (MQTT 5, 3.2.2.3). */
  static MqttProperties offer(int maximumPacketBytes) {
    var properties = new MqttProperties();
    properties.add(new IntegerProperty(SESSION_EXPIRY_INTERVAL, 0));
    properties.add(new IntegerProperty(RECEIVE_MAXIMUM, Session.RECEIVE_MAXIMUM));
    properties.add(new IntegerProperty(MAXIMUM_QOS, 1));
    properties.add(new IntegerProperty(RETAIN_AVAILABLE, 0));
    properties.add(new IntegerProperty(MAXIMUM_PACKET_SIZE, maximumPacketBytes));
    properties.add(new IntegerProperty(SUBSCRIPTION_IDENTIFIER_AVAILABLE, 0));
    properties.add(new IntegerProperty(SHARED_SUBSCRIPTION_AVAILABLE, 0));
    return properties;
  }

  /** The client's receive maximum; 65,535 where it names none (MQTT 5, 3.1.2.11.3). */
  static int receiveMaximum(MqttProperties connect) {
    return connect.getProperty(RECEIVE_MAXIMUM) instanceof IntegerProperty property
        ? property.value()
        : 65_535;
  }

  /** The client's maximum packet size; no limit where it names none (MQTT 5, 3.1.2.11.4). */
  static int maximumPacketBytes(MqttProperties connect) {
    return connect.getProperty(MAXIMUM_PACKET_SIZE) instanceof IntegerProperty property
        ? property.value()
        : Integer.MAX_VALUE;
  }

  static MqttPubAckReasonCode pubAck(Reason reason) {
    return switch (reason) {
      case SUCCESS -> MqttPubAckReasonCode.SUCCESS;
      case NOT_AUTHORIZED -> MqttPubAckReasonCode.NOT_AUTHORIZED;
      case TOPIC_NAME_INVALID -> MqttPubAckReasonCode.TOPIC_NAME_INVALID;
      case QUOTA_EXCEEDED -> MqttPubAckReasonCode.QUOTA_EXCEEDED;
      case PROTOCOL_ERROR,
          SERVER_SHUTTING_DOWN,
          SESSION_TAKEN_OVER,
          RECEIVE_MAXIMUM_EXCEEDED,
          RETAIN_NOT_SUPPORTED,
          QOS_NOT_SUPPORTED ->
          MqttPubAckReasonCode.UNSPECIFIED_ERROR;
    };
  }

  /** A granted QoS, or 0x80 and above. */
  static MqttSubAckReasonCode subAck(int code) {
    for (var one : MqttSubAckReasonCode.values()) {
      if (Byte.toUnsignedInt(one.value()) == code) {
        return one;
      }
    }
    return MqttSubAckReasonCode.UNSPECIFIED_ERROR;
  }

  static MqttDisconnectReasonCode disconnect(Reason reason) {
    return switch (reason) {
      case SUCCESS -> MqttDisconnectReasonCode.NORMAL;
      case PROTOCOL_ERROR -> MqttDisconnectReasonCode.PROTOCOL_ERROR;
      case NOT_AUTHORIZED -> MqttDisconnectReasonCode.NOT_AUTHORIZED;
      case SERVER_SHUTTING_DOWN -> MqttDisconnectReasonCode.SERVER_SHUTTING_DOWN;
      case SESSION_TAKEN_OVER -> MqttDisconnectReasonCode.SESSION_TAKEN_OVER;
      case TOPIC_NAME_INVALID -> MqttDisconnectReasonCode.TOPIC_NAME_INVALID;
      case RECEIVE_MAXIMUM_EXCEEDED -> MqttDisconnectReasonCode.RECEIVE_MAXIMUM_EXCEEDED;
      case QUOTA_EXCEEDED -> MqttDisconnectReasonCode.QUOTA_EXCEEDED;
      case RETAIN_NOT_SUPPORTED -> MqttDisconnectReasonCode.RETAIN_NOT_SUPPORTED;
      case QOS_NOT_SUPPORTED -> MqttDisconnectReasonCode.QOS_NOT_SUPPORTED;
    };
  }
}
