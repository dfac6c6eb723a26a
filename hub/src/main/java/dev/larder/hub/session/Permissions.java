package dev.larder.hub.session;

import dev.larder.common.access.Grants;

/** What clients may do on the open topics. */
@FunctionalInterface
public interface Permissions {
  /** Worked out once for a session, until {@link Broker#permissionsChanged}. */
  Grants of(Session session);
}
