package dev.larder.hub.session;

import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Properties;
import java.util.ArrayList;

/** What client and broker agree on at CONNECT, and what CONNACK says of it (MQTT 5, 3.2.2.3). */
final class Terms {
  /** A keep-alive that is longer is cut to this for MQTT 5 (3.2.2.3.14), seconds. */
  static final int KEEP_ALIVE_MAXIMUM_SECONDS = 60;

  private static final int MQTT_5 = 5;

  private Terms() {}

  /** How long the session is to last without its client, as the client wishes. */
  static long expirySeconds(Packet.Connect connect) {
    if (connect.level() == MQTT_5) {
      return connect.properties().number(Properties.SESSION_EXPIRY_INTERVAL, 0);
    }
    return connect.cleanStart() ? 0 : Lifetime.FOR_EVER;
  }

  /** A client of 3.1.1 cannot be told of another one than its own. */
  static int keepAliveSeconds(Packet.Connect connect) {
    return connect.level() == MQTT_5
        ? Math.min(connect.keepAlive(), KEEP_ALIVE_MAXIMUM_SECONDS)
        : connect.keepAlive();
  }

  /**
   * The properties of CONNACK.
   *
   * @param assigned whether the client id was chosen here
   */
  static Properties answer(
      Session session, Packet.Connect connect, boolean assigned, long packetMaximumBytes) {
    if (connect.level() != MQTT_5) {
      return Properties.NONE;
    }
    var list = new ArrayList<Properties.Property>();
    if (session.lifetime().expirySeconds() != expirySeconds(connect)) {
      list.add(
          new Properties.Numeric(
              Properties.SESSION_EXPIRY_INTERVAL, session.lifetime().expirySeconds()));
    }
    list.add(new Properties.Numeric(Properties.RECEIVE_MAXIMUM, Inbound.RECEIVE_MAXIMUM));
    list.add(new Properties.Numeric(Properties.MAXIMUM_PACKET_SIZE, packetMaximumBytes));
    list.add(new Properties.Numeric(Properties.TOPIC_ALIAS_MAXIMUM, Inbound.ALIAS_MAXIMUM));
    if (connect.keepAlive() > KEEP_ALIVE_MAXIMUM_SECONDS) {
      list.add(new Properties.Numeric(Properties.SERVER_KEEP_ALIVE, KEEP_ALIVE_MAXIMUM_SECONDS));
    }
    if (assigned) {
      list.add(new Properties.Text(Properties.ASSIGNED_CLIENT_IDENTIFIER, session.clientId()));
    }
    return Properties.of(list);
  }
}
