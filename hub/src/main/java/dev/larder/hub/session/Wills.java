package dev.larder.hub.session;

import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Properties;
import java.util.HashMap;
import java.util.Map;

/**
 * The wills of clients that were lost: each is published at once, or waits for its delay to pass or
 * for its client to come back (MQTT 5, 3.1.3.2.2).
 */
final class Wills {
  /** After a restart a client has this long to come back before its will is sent. */
  static final long GRACE_MILLIS = 30_000;

  private final Publishing publishing;
  private final Records records;
  private final Counters counters;
  private final Map<Session, Long> due = new HashMap<>();

  Wills(Publishing publishing, Records records, Counters counters) {
    this.publishing = publishing;
    this.records = records;
    this.counters = counters;
  }

  /** A session is there again after a restart, with or without a will. */
  void restored(Session session, long nowMillis) {
    session
        .will()
        .ifPresent(will ->
            due.put(session, nowMillis + Math.max(GRACE_MILLIS, delayMillis(session, will))));
  }

  /** A session's connection is gone; its client may have taken the will back. */
  void lost(Session session, long nowMillis) {
    session
        .will()
        .ifPresent(will -> {
          long delay = delayMillis(session, will);
          if (delay == 0) {
            publish(session, nowMillis);
          } else {
            due.put(session, nowMillis + delay);
          }
        });
  }

  /** The delay, or the session's end where that is sooner (MQTT 5, 3.1.3.2.2). */
  private static long delayMillis(Session session, Packet.Will will) {
    long seconds = will.properties().number(Properties.WILL_DELAY_INTERVAL, 0);
    return Math.min(seconds, session.lifetime().expirySeconds()) * 1_000;
  }

  /** The client has come back. */
  void cancel(Session session) {
    due.remove(session);
  }

  /** The session is over, and its will waits no longer. */
  void ended(Session session, long nowMillis) {
    if (session.will().isPresent()) {
      due.remove(session);
      publish(session, nowMillis);
    }
  }

  /** Publishes those whose time has come. */
  void tick(long nowMillis) {
    if (due.isEmpty()) {
      return;
    }
    for (var session :
        due.entrySet().stream()
            .filter(e -> e.getValue() <= nowMillis)
            .map(Map.Entry::getKey)
            .toList()) {
      due.remove(session);
      publish(session, nowMillis);
      if (session.isLasting()) {
        records.keep(session);
      }
    }
  }

  private void publish(Session session, long nowMillis) {
    var will = session.will();
    session.forgetWill();
    will.ifPresent(message -> {
      var reason = publishing.publishWill(session, message, nowMillis);
      if (reason.isFailure()) {
        counters.refuse(reason);
      }
    });
  }
}
