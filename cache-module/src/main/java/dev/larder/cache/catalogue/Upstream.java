package dev.larder.cache.catalogue;

/**
 * An origin that may be fetched from.
 *
 * @param group the canonical name under which its content is kept
 * @param host what to connect to
 * @param contentType what the charts count it under
 * @param mayBePrivate whether an address that is not of the public internet is connected to
 */
public record Upstream(
    String group, String host, int port, boolean tls, String contentType, boolean mayBePrivate) {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  static int defaultPort(boolean tls) {
    return tls ? HTTPS : HTTP;
  }

  /** As the Host header names it. */
  public String authority() {
    return port == defaultPort(tls) ? host : host + ":" + port;
  }
}
