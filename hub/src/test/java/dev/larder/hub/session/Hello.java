package dev.larder.hub.session;

import dev.larder.hub.message.Payload;
import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Properties;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A CONNECT as a test words it. */
record Hello(
    int level,
    String clientId,
    boolean cleanStart,
    int keepAlive,
    Optional<Packet.Will> will,
    Properties properties) {
  /** A client of MQTT 5; its session ends with its connection unless it has an expiry. */
  static Hello v5(String clientId) {
    return new Hello(5, clientId, false, 0, Optional.empty(), Properties.NONE);
  }

  /** A client of MQTT 3.1.1; its session lasts unless it is clean. */
  static Hello v4(String clientId) {
    return new Hello(4, clientId, false, 0, Optional.empty(), Properties.NONE);
  }

  Hello clean() {
    return new Hello(level, clientId, true, keepAlive, will, properties);
  }

  Hello keepAlive(int seconds) {
    return new Hello(level, clientId, cleanStart, seconds, will, properties);
  }

  Hello expiry(long seconds) {
    return with(Properties.SESSION_EXPIRY_INTERVAL, seconds);
  }

  Hello with(int property, long value) {
    return new Hello(
        level,
        clientId,
        cleanStart,
        keepAlive,
        will,
        properties.with(new Properties.Numeric(property, value)));
  }

  Hello will(String topic, int qos, boolean retain, long delaySeconds) {
    var more =
        delaySeconds == 0
            ? Properties.NONE
            : Properties.of(new Properties.Numeric(Properties.WILL_DELAY_INTERVAL, delaySeconds));
    var payload = Payload.of(("will of " + clientId).getBytes(StandardCharsets.UTF_8));
    return new Hello(
        level,
        clientId,
        cleanStart,
        keepAlive,
        Optional.of(new Packet.Will(topic, payload, qos, retain, more)),
        properties);
  }

  Packet.Connect packet() {
    return new Packet.Connect(
        level,
        cleanStart,
        keepAlive,
        clientId,
        will,
        Optional.empty(),
        Optional.empty(),
        properties);
  }
}
