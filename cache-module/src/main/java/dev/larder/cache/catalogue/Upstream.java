package dev.larder.cache.catalogue;

import dev.larder.cache.request.ContentRequest;

/**
 * An origin that may be fetched from.
 *
 * @param group whose content it serves
 * @param host what to connect to
 * @param contentType what the charts count it under
 * @param mayBePrivate whether an address that is not of the public internet is connected to
 */
public record Upstream(
    Group group, String host, int port, boolean tls, String contentType, boolean mayBePrivate) {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  static int defaultPort(boolean tls) {
    return tls ? HTTPS : HTTP;
  }

  /** What the charts count the content of a path under. */
  public String contentType(String path) {
    return group.contentType(path).orElse(contentType);
  }

  /** Under what the object that a client asks it for is kept. */
  public String key(ContentRequest request) {
    return group.name() + request.keyTarget(group.keyParameters());
  }

  /** As the Host header names it. */
  public String authority() {
    return port == defaultPort(tls) ? host : host + ":" + port;
  }
}
