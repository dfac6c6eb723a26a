package dev.larder.hub.session;

import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Reason;

/** A desk that owns nothing. */
final class NoDesk implements Desk {
  @Override
  public boolean owns(String topic) {
    return false;
  }

  @Override
  public int copies() {
    return 0;
  }

  @Override
  public Reason publish(Session from, Packet.Publish packet, String topic, long nowMillis) {
    return Reason.NOT_AUTHORIZED;
  }

  @Override
  public boolean maySubscribe(Session session, String filter) {
    return false;
  }

  @Override
  public void subscribed(Session session, long nowMillis) {}
}
