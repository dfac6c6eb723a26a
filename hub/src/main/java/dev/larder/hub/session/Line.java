package dev.larder.hub.session;

import dev.larder.hub.message.Kept;
import dev.larder.hub.wire.Encoder;
import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Properties;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/**
 * One connection as messages leave by it: what its client said that it takes (MQTT 5, 3.1.2.11),
 * and its topic aliases (MQTT 5, 3.3.2.3.4).
 */
final class Line {
  private static final int MQTT_5 = 5;

  /** Of a DISCONNECT with a reason string, the string left out. */
  private static final int DISCONNECT_BYTES = 12;

  private static final int UTF_8_MOST_BYTES = 3;
  private static final byte[] NO_TOPIC = {};
  private static final byte[] NO_PROPERTIES = {};

  private final Wire wire;
  private final Counters counters;
  private final int window;
  private final long packetMaximumBytes;
  private final int aliasMaximum;
  private final boolean explains;
  private Map<String, Integer> aliases = Map.of();

  Line(Wire wire, Packet.Connect connect, Counters counters) {
    this.wire = wire;
    this.counters = counters;
    var properties = connect.properties();
    window =
        (int)
            Math.min(
                Outbound.WINDOW_MAXIMUM,
                properties.number(Properties.RECEIVE_MAXIMUM, Outbound.WINDOW_MAXIMUM));
    packetMaximumBytes = properties.number(Properties.MAXIMUM_PACKET_SIZE, Long.MAX_VALUE);
    aliasMaximum =
        (int) Math.min(Inbound.ALIAS_MAXIMUM, properties.number(Properties.TOPIC_ALIAS_MAXIMUM, 0));
    explains = properties.number(Properties.REQUEST_PROBLEM_INFORMATION, 1) != 0;
  }

  Wire wire() {
    return wire;
  }

  boolean isMqtt5() {
    return wire.level() == MQTT_5;
  }

  /** How many unacknowledged messages the client takes. */
  int window() {
    return window;
  }

  /** Whether a reason string is wanted, and has room in a packet (MQTT 5, 3.14.2.2.3). */
  boolean explains(String why) {
    return explains
        && isMqtt5()
        && DISCONNECT_BYTES + (long) UTF_8_MOST_BYTES * why.length() <= packetMaximumBytes;
  }

  /** Sends a message; false when it is larger than the client takes. */
  boolean publish(
      byte[] topicUtf8,
      Kept message,
      Grant grant,
      int qos,
      boolean duplicate,
      int packetId,
      long nowMillis) {
    boolean retain =
        switch (message.retain()) {
          case NO -> false;
          case PUBLISHED -> grant.retainAsPublished();
          case STORED -> true;
        };
    var payload = message.payload().bytes();
    var topic = topicUtf8;
    var properties = NO_PROPERTIES;
    int alias = 0;
    if (isMqtt5()) {
      properties = message.properties().bytes();
      boolean plain =
          aliasMaximum == 0
              && grant.identifiers().isEmpty()
              && (message.expiryMillis() == Kept.NEVER || properties.length == 0);
      if (!plain) {
        alias = alias(topicUtf8);
        topic = alias < 0 ? NO_TOPIC : topicUtf8;
        properties = properties(message, grant, Math.abs(alias), nowMillis);
      }
    }
    if (packetMaximumBytes < Long.MAX_VALUE
        && Encoder.publishBytes(wire.level(), topic.length, qos, properties.length, payload.length)
            > packetMaximumBytes) {
      if (alias > 0) {
        // It is never told.
        aliases.values().remove(alias);
      }
      counters.droppedLarge++;
      return false;
    }
    counters.sent++;
    wire.publish(topic, qos, retain, duplicate, packetId, properties, payload);
    return true;
  }

  /** Below 0 when the client knows it already, 0 for none. */
  private int alias(byte[] topicUtf8) {
    if (aliasMaximum == 0) {
      return 0;
    }
    var topic = new String(topicUtf8, StandardCharsets.UTF_8);
    var known = aliases.get(topic);
    if (known != null) {
      return -known;
    }
    if (aliases.size() >= aliasMaximum) {
      return 0;
    }
    if (aliases.isEmpty()) {
      aliases = new HashMap<>();
    }
    aliases.put(topic, aliases.size() + 1);
    return aliases.size();
  }

  private static byte[] properties(Kept message, Grant grant, int alias, long nowMillis) {
    var list = new ArrayList<Properties.Property>();
    for (var property : Encoder.decodeProperties(message.properties().bytes()).all()) {
      boolean expiry = property.id() == Properties.MESSAGE_EXPIRY_INTERVAL;
      list.add(
          expiry && property instanceof Properties.Numeric(int id, long seconds)
              ? new Properties.Numeric(id, secondsLeft(seconds, message, nowMillis))
              : property);
    }
    for (int identifier : grant.identifiers()) {
      list.add(new Properties.Numeric(Properties.SUBSCRIPTION_IDENTIFIER, identifier));
    }
    if (alias != 0) {
      list.add(new Properties.Numeric(Properties.TOPIC_ALIAS, alias));
    }
    return Encoder.encodeProperties(Properties.of(list));
  }

  /** What is left of its publisher's time, whatever the hub's own is (MQTT 5, 3.3.2.3.3). */
  private static long secondsLeft(long seconds, Kept message, long nowMillis) {
    return Math.max(0, seconds - (nowMillis - message.atMillis()) / 1_000);
  }
}
