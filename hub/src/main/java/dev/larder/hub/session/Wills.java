package dev.larder.hub.session;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Wills that wait for their delay to pass, or for their client to come back (MQTT 5, 3.1.3.2.2).
 */
final class Wills {
  private final Map<Session, Long> due = new HashMap<>();

  void await(Session session, long dueMillis) {
    due.put(session, dueMillis);
  }

  void cancel(Session session) {
    due.remove(session);
  }

  /** Those whose time has come are taken out. */
  void take(long nowMillis, Consumer<Session> publish) {
    if (due.isEmpty()) {
      return;
    }
    for (var session :
        due.entrySet().stream()
            .filter(e -> e.getValue() <= nowMillis)
            .map(Map.Entry::getKey)
            .toList()) {
      due.remove(session);
      publish.accept(session);
    }
  }
}
