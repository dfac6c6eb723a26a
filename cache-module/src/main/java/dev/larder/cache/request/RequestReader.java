package dev.larder.cache.request;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a request target (RFC 9112 section 3.2) and a Host header into a {@link ContentRequest}.
 */
public final class RequestReader {
  private static final String ORIGIN_PARAMETER = "cacheHostOrigin";

  private static final Pattern ORIGIN =
      Pattern.compile(
          "(?:[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?|\\[[0-9a-f:.]+])(?::[0-9]{1,5})?");
  private static final Pattern SCHEME = Pattern.compile("(?i)https?://");

  private RequestReader() {}

  /**
   * Reads a request.
   *
   * @param target as on the request line: origin form or absolute form
   * @param host the Host header's value, empty when there is none
   */
  public static ContentRequest read(String target, String host) throws MalformedRequest {
    var authority = host;
    var local = target;
    var scheme = SCHEME.matcher(target);
    if (scheme.lookingAt()) {
      int slash = target.indexOf('/', scheme.end());
      authority = target.substring(scheme.end(), slash < 0 ? target.length() : slash);
      local = slash < 0 ? "/" : target.substring(slash);
    }
    if (!local.startsWith("/")) {
      throw new MalformedRequest("The request target does not begin with '/'.");
    }
    int question = local.indexOf('?');
    var path = question < 0 ? local : local.substring(0, question);
    var query = Query.of(question < 0 ? "" : local.substring(question + 1));
    checkCharacters(local);
    checkPath(path);
    var origin = query.origin.isPresent() ? query.origin.get() : authority.toLowerCase(Locale.ROOT);
    if (!ORIGIN.matcher(origin).matches()) {
      throw new MalformedRequest(
          query.origin.isPresent()
              ? "cacheHostOrigin is not a host name, alone or with a port."
              : "The Host header is not a host name, and there is no cacheHostOrigin.");
    }
    return new ContentRequest(origin, query.origin.isPresent(), path + query.upstream, alike(path));
  }

  private static void checkCharacters(String target) throws MalformedRequest {
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '\\' || c == '#') {
        throw new MalformedRequest("The request target holds a character that must be encoded.");
      }
      if (c == '%' && octet(target, i) < 0) {
        throw new MalformedRequest("The request target holds a broken percent-encoding.");
      }
    }
  }

  /** No segment may step up, however it is written. */
  private static void checkPath(String path) throws MalformedRequest {
    var plain = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '%') {
        c = (char) octet(path, i);
        i += 2;
      }
      if (c < ' ' || c == 0x7f || c == '\\') {
        throw new MalformedRequest("The path holds an encoded control character or backslash.");
      }
      plain.append(c);
    }
    for (int from = 0; from <= plain.length(); ) {
      int slash = plain.indexOf("/", from);
      int to = slash < 0 ? plain.length() : slash;
      if (to - from == 2 && plain.charAt(from) == '.' && plain.charAt(from + 1) == '.') {
        throw new MalformedRequest("The path holds a '..' segment.");
      }
      from = to + 1;
    }
  }

  /** The octet encoded at a percent sign, or -1. */
  private static int octet(String text, int percent) {
    if (percent + 2 >= text.length()) {
      return -1;
    }
    int high = Character.digit(text.charAt(percent + 1), 16);
    int low = Character.digit(text.charAt(percent + 2), 16);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }

  /** One spelling for equivalent encodings (RFC 3986 section 6.2.2). */
  private static String alike(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    var alike = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '%') {
        alike.append(c);
        continue;
      }
      char octet = (char) octet(text, i);
      if (isUnreserved(octet)) {
        alike.append(octet);
      } else {
        alike.append(text.substring(i, i + 3).toUpperCase(Locale.ROOT));
      }
      i += 2;
    }
    return alike.toString();
  }

  private static boolean isUnreserved(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "-._~".indexOf(c) >= 0;
  }

  /** A query taken apart; what goes to the origin begins with '?' or is empty. */
  private record Query(Optional<String> origin, String upstream) {
    static Query of(String query) throws MalformedRequest {
      if (query.isEmpty()) {
        return new Query(Optional.empty(), "");
      }
      Optional<String> origin = Optional.empty();
      var upstream = new StringBuilder();
      for (int from = 0; from <= query.length(); ) {
        int and = query.indexOf('&', from);
        int to = and < 0 ? query.length() : and;
        var pair = query.substring(from, to);
        int equals = pair.indexOf('=');
        var name = equals < 0 ? pair : pair.substring(0, equals);
        if (name.equalsIgnoreCase(ORIGIN_PARAMETER)) {
          if (origin.isPresent()) {
            throw new MalformedRequest("cacheHostOrigin is given twice.");
          }
          origin = Optional.of(decode(equals < 0 ? "" : pair.substring(equals + 1)));
        } else {
          upstream.append(upstream.isEmpty() ? '?' : '&').append(pair);
        }
        from = to + 1;
      }
      return new Query(origin, upstream.toString());
    }

    private static String decode(String value) throws MalformedRequest {
      if (value.indexOf('%') < 0) {
        return value.toLowerCase(Locale.ROOT);
      }
      try {
        return URLDecoder.decode(value, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
      } catch (IllegalArgumentException _) {
        throw new MalformedRequest("cacheHostOrigin holds a broken percent-encoding.");
      }
    }
  }
}
