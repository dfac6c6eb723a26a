package dev.larder.agent.proxy;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A proxy did not open a way.
 *
 * @param isAboutLogin whether another name or password would help
 * @param text what it said, and what to do
 */
public record ProxyRefusal(boolean isAboutLogin, String text) {
  private static final int UNAUTHORIZED = 401;
  private static final int PROXY_AUTHENTICATION_REQUIRED = 407;
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9-]{0,19})(?:\\s.*+)?");
  private static final int SCHEMES_TOLD = 4;

  /**
   * Reads the answer to CONNECT.
   *
   * @param challenges the values of {@code Proxy-Authenticate} (RFC 9110, 11.7.1), if they are
   *     known
   */
  public static ProxyRefusal of(HttpProxy proxy, int status, Collection<String> challenges) {
    var who = "The proxy " + proxy.where() + " ";
    // Some proxies answer a wrong password by the status that is a server's.
    if (status != PROXY_AUTHENTICATION_REQUIRED && status != UNAUTHORIZED) {
      return new ProxyRefusal(
          false,
          who
              + "answers CONNECT with "
              + status
              + ". See that it reaches the cloud, and allows CONNECT to the cloud's port for this"
              + " machine");
    }
    var schemes = schemes(challenges);
    if (!schemes.isEmpty() && schemes.stream().noneMatch("Basic"::equalsIgnoreCase)) {
      return new ProxyRefusal(
          true,
          who
              + "asks for "
              + String.join(", ", schemes)
              + " ("
              + status
              + "), and the agent knows Basic alone. Have the proxy take Basic from this machine, or"
              + " let it through without");
    }
    return new ProxyRefusal(
        true,
        proxy.login().isPresent()
            ? who
                + "refuses the name and password ("
                + status
                + "): run deploy.sh again with the name in proxyurl and the password in the file"
                + " of proxypasswordfile"
            : who
                + "asks for a name and a password ("
                + status
                + "): run deploy.sh again with the name in proxyurl, http://user@host:port, and"
                + " proxypasswordfile=\"FILE\"");
  }

  private static List<String> schemes(Collection<String> challenges) {
    return challenges.stream()
        .map(SCHEME::matcher)
        .filter(found -> found.matches())
        .map(found -> found.group(1))
        .distinct()
        .limit(SCHEMES_TOLD)
        .toList();
  }
}
