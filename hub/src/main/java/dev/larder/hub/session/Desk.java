package dev.larder.hub.session;

import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Reason;

/** Takes what is published to topics with a meaning of their own, which are not open to all. */
public interface Desk {
  /** Whether a topic, or a filter, is this desk's. */
  boolean owns(String topic);

  /** How many times it keeps a message that is published to it, at most. */
  int copies();

  /** Takes a message; a failure refuses it. */
  Reason publish(Session from, Packet.Publish packet, String topic, long nowMillis);

  /** Whether a client may subscribe to a filter of this desk's. */
  boolean maySubscribe(Session session, String filter);

  /** A session's subscriptions have changed, or it has begun. */
  void subscribed(Session session, long nowMillis);
}
