package dev.larder.cache.request;

import dev.larder.common.settings.KeyParameters;
import java.util.Optional;

/**
 * What a client asks for, read from its request line and Host header.
 *
 * @param origin {@code host} or {@code host:port} in lower case
 * @param named whether {@code cacheHostOrigin} named the origin; otherwise Host did
 * @param upstreamTarget path and query for the origin: the client's own, without {@code
 *     cacheHostOrigin}
 * @param path as it counts for the cache: percent-encodings made alike
 */
public record ContentRequest(String origin, boolean named, String upstreamTarget, String path) {
  private static final int SIGNATURE_LENGTH = 2;

  /**
   * Path and query as they count for the cache.
   *
   * @param parameters which of the query's tell objects apart; when there is none, all but the
   *     signature and expiry that Microsoft's CDNs put into links ({@code P1} to {@code P4}), which
   *     differ from client to client
   */
  public String keyTarget(Optional<KeyParameters> parameters) {
    int question = upstreamTarget.indexOf('?');
    if (question < 0) {
      return path;
    }
    var key = new StringBuilder(path.length() + upstreamTarget.length() - question).append(path);
    char separator = '?';
    for (int from = question + 1; from <= upstreamTarget.length(); ) {
      int and = upstreamTarget.indexOf('&', from);
      int to = and < 0 ? upstreamTarget.length() : and;
      if (counts(from, to, parameters)) {
        key.append(separator).append(upstreamTarget, from, to);
        separator = '&';
      }
      from = to + 1;
    }
    return key.toString();
  }

  private boolean counts(int from, int to, Optional<KeyParameters> parameters) {
    int equals = upstreamTarget.indexOf('=', from);
    int end = equals < 0 || equals > to ? to : equals;
    if (parameters.isEmpty()) {
      return !isSignature(from, end);
    }
    return switch (parameters.get()) {
      case KeyParameters.All _ -> true;
      case KeyParameters.Only(var names) -> names.contains(upstreamTarget.substring(from, end));
    };
  }

  private boolean isSignature(int from, int end) {
    if (end - from != SIGNATURE_LENGTH) {
      return false;
    }
    char letter = upstreamTarget.charAt(from);
    char digit = upstreamTarget.charAt(from + 1);
    return (letter == 'P' || letter == 'p') && digit >= '1' && digit <= '4';
  }
}
