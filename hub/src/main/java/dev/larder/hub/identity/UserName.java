package dev.larder.hub.identity;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * IoT Hub's user name: {@code <host>/<client id>/?api-version=…&…}. What follows the client id may
 * be missing, as may the question mark, which old clients leave out. The host is not looked at: a
 * client of a gateway may name the cloud's.
 *
 * @param query what follows the client id
 */
record UserName(String query) {
  private static final Pattern REST = Pattern.compile("|/|/?\\?.*|/[^/?]*=[^/]*", Pattern.DOTALL);
  private static final Pattern GENERATION = Pattern.compile("(?:^|[&?/])generation=([^&]*)");

  /** Reads it; empty when it names another than this client id. */
  static Optional<UserName> of(String text, String clientId) {
    int host = text.indexOf('/');
    if (host <= 0 || !text.startsWith(clientId, host + 1)) {
      return Optional.empty();
    }
    var rest = text.substring(host + 1 + clientId.length());
    return REST.matcher(rest).matches() ? Optional.of(new UserName(rest)) : Optional.empty();
  }

  /** The generation of the key; empty when it is not said. */
  Optional<String> generation() {
    var generation = GENERATION.matcher(query);
    return generation.find() ? Optional.of(generation.group(1)) : Optional.empty();
  }
}
