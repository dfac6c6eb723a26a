package dev.larder.hub.wire;

import static dev.larder.hub.wire.Properties.*;

/** What a property's value is on the wire (MQTT 5, 2.2.2.2). */
enum PropertyKind {
  /** A byte, 0 or 1. */
  FLAG(1),
  TWO_BYTES(0xFFFF),
  FOUR_BYTES(0xFFFF_FFFFL),
  VARIABLE(VariableInt.MAXIMUM),
  TEXT(0),
  BINARY(0),
  /** Two strings. */
  PAIR(0);

  private final long maximum;

  PropertyKind(long maximum) {
    this.maximum = maximum;
  }

  /** The greatest number; 0 for what is no number. */
  long maximum() {
    return maximum;
  }

  /** The least number that a property of this id may have. */
  static int minimum(int id) {
    return switch (id) {
      case SUBSCRIPTION_IDENTIFIER, RECEIVE_MAXIMUM, TOPIC_ALIAS, MAXIMUM_PACKET_SIZE -> 1;
      default -> 0;
    };
  }

  static PropertyKind of(int id) {
    return switch (id) {
      case PAYLOAD_FORMAT_INDICATOR,
          REQUEST_PROBLEM_INFORMATION,
          REQUEST_RESPONSE_INFORMATION,
          MAXIMUM_QOS,
          RETAIN_AVAILABLE,
          WILDCARD_SUBSCRIPTION_AVAILABLE,
          SUBSCRIPTION_IDENTIFIER_AVAILABLE,
          SHARED_SUBSCRIPTION_AVAILABLE ->
          FLAG;
      case SERVER_KEEP_ALIVE, RECEIVE_MAXIMUM, TOPIC_ALIAS_MAXIMUM, TOPIC_ALIAS -> TWO_BYTES;
      case MESSAGE_EXPIRY_INTERVAL,
          SESSION_EXPIRY_INTERVAL,
          WILL_DELAY_INTERVAL,
          MAXIMUM_PACKET_SIZE ->
          FOUR_BYTES;
      case SUBSCRIPTION_IDENTIFIER -> VARIABLE;
      case CONTENT_TYPE,
          RESPONSE_TOPIC,
          ASSIGNED_CLIENT_IDENTIFIER,
          AUTHENTICATION_METHOD,
          RESPONSE_INFORMATION,
          SERVER_REFERENCE,
          REASON_STRING ->
          TEXT;
      case CORRELATION_DATA, AUTHENTICATION_DATA -> BINARY;
      case USER_PROPERTY -> PAIR;
      default ->
          throw new IllegalArgumentException(
              "property id " + id + " is unknown, give one of MQTT 5's table 2-4");
    };
  }
}
