package dev.larder.hub.session;

import dev.larder.hub.identity.Identity;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** All sessions, by their names: how one begins, is taken up after a restart, and ends. */
final class SessionBook {
  private final Parts parts;
  private final Records records;
  private final Subscribing subscribing;
  private final Wills wills;
  private final LongSupplier turnMillis;
  private final Map<String, Session> sessions = new LinkedHashMap<>();

  SessionBook(
      Parts parts, Records records, Subscribing subscribing, Wills wills, LongSupplier turnMillis) {
    this.parts = parts;
    this.records = records;
    this.subscribing = subscribing;
    this.wills = wills;
    this.turnMillis = turnMillis;
  }

  /** Takes up the sessions that outlived the process. */
  void restore(long nowMillis) {
    for (var kept : records.read()) {
      var session = make(kept.key(), kept.identity(), kept.clientId());
      session.lifetime().expire(kept.expirySeconds());
      session
          .lifetime()
          .disconnectedSince(
              kept.disconnectedMillis() == 0 ? nowMillis : kept.disconnectedMillis());
      subscribing.restore(session, kept.subscriptions());
      session.restoreReceived(session.exchanges().restoreReceived());
      session.outbound().restore();
      session.restoreWill(kept.will());
      wills.restored(session, nowMillis);
    }
    subscribing.dropOrphans(sessions.keySet());
  }

  /** The name of a client's session: a module or a device has one, others have one a client id. */
  private static String key(Identity identity, String clientId) {
    return identity instanceof Identity.Anonymous
        ? identity.name() + "/" + clientId
        : identity.name();
  }

  @Nullable Session find(Identity identity, String clientId) {
    return sessions.get(key(identity, clientId));
  }

  @Nullable Session find(String key) {
    return sessions.get(key);
  }

  /** A view of all. */
  Collection<Session> all() {
    return sessions.values();
  }

  /** Begins a session for a client that has none. */
  Session make(Identity identity, String clientId) {
    return make(key(identity, clientId), identity, clientId);
  }

  private Session make(String key, Identity identity, String clientId) {
    var session = new Session(key, identity, clientId, parts);
    session.onPump(() -> session.outbound().pump(turnMillis.getAsLong()));
    sessions.put(key, session);
    return session;
  }

  /** Ends a session, with all that is kept of it. */
  void end(Session session, long nowMillis) {
    wills.ended(session, nowMillis);
    subscribing.end(session, nowMillis);
    session.exchanges().end();
    records.forget(session);
    sessions.remove(session.key(), session);
  }
}
