package dev.larder.agent.front;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Where an answer sends the front instead (RFC 9110, 15.4). */
final class Redirects {
  static final int MOST = 5;

  private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);
  private static final String HTTPS = "https";
  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;

  private Redirects() {}

  /**
   * The next address; empty when the answer is no redirect.
   *
   * @throws RegistryException when it leads where the front does not go
   */
  static Optional<URI> next(URI from, int status, Optional<String> location)
      throws RegistryException {
    if (!STATUSES.contains(status) || location.isEmpty()) {
      return Optional.empty();
    }
    URI next;
    try {
      next = from.resolve(location.get());
    } catch (IllegalArgumentException _) {
      throw refused(from, "to what is no address");
    }
    var scheme = String.valueOf(next.getScheme()).toLowerCase(Locale.ROOT);
    if (next.getHost() == null || !Set.of("http", HTTPS).contains(scheme)) {
      throw refused(from, "to what is no HTTP address");
    }
    if (HTTPS.equals(from.getScheme()) && !scheme.equals(HTTPS)) {
      throw refused(from, "from HTTPS to plain HTTP, at " + next.getHost());
    }
    return Optional.of(next);
  }

  /** Whether two addresses are one server's, who may see what is for it alone. */
  static boolean isSameServer(URI one, URI other) {
    return one.getScheme().equalsIgnoreCase(other.getScheme())
        && one.getHost().equalsIgnoreCase(other.getHost())
        && port(one) == port(other);
  }

  /** The port, also where none is written. */
  static int port(URI address) {
    if (address.getPort() >= 0) {
      return address.getPort();
    }
    return HTTPS.equalsIgnoreCase(address.getScheme()) ? HTTPS_PORT : HTTP_PORT;
  }

  private static RegistryException refused(URI from, String where) {
    return new RegistryException(
        "the registry at "
            + from.getHost()
            + " sends pulls "
            + where
            + ": mend its settings, or take maxPullBytesPerSecond out");
  }
}
