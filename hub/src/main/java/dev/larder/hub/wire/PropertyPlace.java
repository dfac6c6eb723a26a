package dev.larder.hub.wire;

import static dev.larder.hub.wire.Properties.*;

/** Where properties stand, and which may stand there (MQTT 5, 2.2.2.2); user properties always. */
enum PropertyPlace {
  CONNECT(
      SESSION_EXPIRY_INTERVAL,
      AUTHENTICATION_METHOD,
      AUTHENTICATION_DATA,
      REQUEST_PROBLEM_INFORMATION,
      REQUEST_RESPONSE_INFORMATION,
      RECEIVE_MAXIMUM,
      TOPIC_ALIAS_MAXIMUM,
      MAXIMUM_PACKET_SIZE),
  WILL(
      PAYLOAD_FORMAT_INDICATOR,
      MESSAGE_EXPIRY_INTERVAL,
      CONTENT_TYPE,
      RESPONSE_TOPIC,
      CORRELATION_DATA,
      WILL_DELAY_INTERVAL),
  CONNACK(
      SESSION_EXPIRY_INTERVAL,
      ASSIGNED_CLIENT_IDENTIFIER,
      SERVER_KEEP_ALIVE,
      AUTHENTICATION_METHOD,
      AUTHENTICATION_DATA,
      RESPONSE_INFORMATION,
      SERVER_REFERENCE,
      REASON_STRING,
      RECEIVE_MAXIMUM,
      TOPIC_ALIAS_MAXIMUM,
      MAXIMUM_QOS,
      RETAIN_AVAILABLE,
      MAXIMUM_PACKET_SIZE,
      WILDCARD_SUBSCRIPTION_AVAILABLE,
      SUBSCRIPTION_IDENTIFIER_AVAILABLE,
      SHARED_SUBSCRIPTION_AVAILABLE),
  PUBLISH(
      PAYLOAD_FORMAT_INDICATOR,
      MESSAGE_EXPIRY_INTERVAL,
      CONTENT_TYPE,
      RESPONSE_TOPIC,
      CORRELATION_DATA,
      SUBSCRIPTION_IDENTIFIER,
      TOPIC_ALIAS),
  /** PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK and UNSUBACK. */
  ACKNOWLEDGEMENT(REASON_STRING),
  SUBSCRIBE(SUBSCRIPTION_IDENTIFIER),
  UNSUBSCRIBE(),
  DISCONNECT(SESSION_EXPIRY_INTERVAL, SERVER_REFERENCE, REASON_STRING),
  AUTH(AUTHENTICATION_METHOD, AUTHENTICATION_DATA, REASON_STRING),
  /** A message that is kept, published or a will's. */
  KEPT(
      PAYLOAD_FORMAT_INDICATOR,
      MESSAGE_EXPIRY_INTERVAL,
      CONTENT_TYPE,
      RESPONSE_TOPIC,
      CORRELATION_DATA,
      SUBSCRIPTION_IDENTIFIER,
      TOPIC_ALIAS,
      WILL_DELAY_INTERVAL);

  private final long allowed;

  PropertyPlace(int... ids) {
    long bits = 1L << USER_PROPERTY;
    for (int id : ids) {
      bits |= 1L << id;
    }
    this.allowed = bits;
  }

  boolean allows(int id) {
    return id < Long.SIZE && ((allowed >> id) & 1) != 0;
  }

  /** Whether it may come more than once (MQTT 5, 3.3.2.3.7 and 3.3.2.3.8). */
  boolean repeats(int id) {
    return id == USER_PROPERTY
        || (id == SUBSCRIPTION_IDENTIFIER && (this == PUBLISH || this == KEPT));
  }
}
