package dev.larder.agent.proxy;

import dev.larder.common.problem.Checked;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;

/**
 * A proxy that takes CONNECT (RFC 9110, 9.3.6).
 *
 * @param url {@code http://host:port}, with nothing else in it
 */
public record HttpProxy(URI url, Optional<ProxyLogin> login) {
  private static final String FORM = "write http://host:port or http://user@host:port";
  private static final String PASSWORD_FILE =
      "put the password into a file of root's alone and name it: deploy.sh"
          + " proxypasswordfile=\"FILE\"";
  private static final int URL_LIMIT = 1100;
  private static final int LAST_PORT = 65_535;
  private static final char UNREADABLE = '\uFFFD';

  public HttpProxy {
    if (!"http".equals(url.getScheme())
        || url.getHost() == null
        || url.getPort() < 1
        || url.getPort() > LAST_PORT
        || url.getRawUserInfo() != null) {
      throw new IllegalArgumentException("is no http://host:port address");
    }
  }

  /**
   * The JDK's client leaves Basic out of CONNECT, unless it is told otherwise before it is used.
   */
  public static void allowBasic() {
    System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
  }

  /**
   * Reads an address and a password, as a person gives them. What is wrong is told without either:
   * there may be a password anywhere in them.
   *
   * @param url {@code http://host:port}, or with a user's name, percent-encoded, before the host
   * @param password empty for none
   */
  public static Checked<HttpProxy> read(String url, String password) {
    URI read;
    try {
      if (url.length() > URL_LIMIT) {
        return Checked.invalid("proxyUrl", "is longer than " + URL_LIMIT + " characters", FORM);
      }
      read = URI.create(url);
    } catch (IllegalArgumentException _) {
      return malformed();
    }
    if (read.getAuthority() == null || read.getHost() == null) {
      return malformed();
    }
    var raw = Optional.ofNullable(read.getRawUserInfo());
    if (raw.filter(user -> user.contains(":")).isPresent()) {
      return Checked.invalid(
          "proxyUrl",
          "has a password in it, and command lines are no place for one: other users of the"
              + " machine can read them",
          "write http://user@host:port and " + PASSWORD_FILE);
    }
    return read(read, Optional.ofNullable(read.getUserInfo()), password);
  }

  private static Checked<HttpProxy> malformed() {
    return Checked.invalid(
        "proxyUrl",
        "is no address of a proxy; it is not shown, for there may be a password in it",
        FORM + ", a user's own @ : / \\ % as %40 %3A %2F %5C %25");
  }

  private static Checked<HttpProxy> read(URI url, Optional<String> user, String password) {
    HttpProxy bare;
    try {
      bare = at(url);
    } catch (IllegalArgumentException _) {
      return malformed();
    }
    if (!url.getRawPath().matches("/?")
        || url.getRawQuery() != null
        || url.getRawFragment() != null) {
      return malformed();
    }
    if (user.isEmpty()) {
      return password.isEmpty()
          ? Checked.valid(bare)
          : Checked.invalid(
              "proxyPassword",
              "is given, but proxyUrl names no user",
              "write http://user@host:port, or leave the password out");
    }
    if (password.isEmpty()) {
      return Checked.invalid(
          "proxyPassword", "is missing, and proxyUrl names a user", PASSWORD_FILE);
    }
    if (user.get().indexOf(UNREADABLE) >= 0) {
      return Checked.invalid("proxyUrl", "has a user's name that is not UTF-8", FORM);
    }
    try {
      return Checked.valid(
          new HttpProxy(bare.url(), Optional.of(new ProxyLogin(user.get(), password))));
    } catch (IllegalArgumentException e) {
      return Checked.invalid("proxyUrl, proxyPassword", String.valueOf(e.getMessage()), FORM);
    }
  }

  /**
   * The proxy at this address, whatever else is in it.
   *
   * @throws IllegalArgumentException when it is no {@code http://host:port}
   */
  static HttpProxy at(URI url) {
    return new HttpProxy(
        URI.create(url.getScheme() + "://" + url.getHost() + ":" + url.getPort()),
        Optional.empty());
  }

  /** {@code host:port}. */
  public String where() {
    return url.getHost() + ":" + url.getPort();
  }

  /** For a sentence about a way: {@code " through the proxy host:port"}. */
  public static String by(Optional<HttpProxy> proxy) {
    return proxy.map(p -> " through the proxy " + p.where()).orElse("");
  }

  /** Not looked up yet. */
  public InetSocketAddress address() {
    return InetSocketAddress.createUnresolved(url.getHost(), url.getPort());
  }

  /** The value of {@code Proxy-Authorization}, if there is anything to show. */
  public Optional<String> authorization() {
    return login.map(ProxyLogin::authorization);
  }
}
