package dev.larder.cache.fresh;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A Cache-Control field (RFC 9111 section 5.2). Names are in lower case; of a directive that is
 * given twice the first counts; unknown ones are kept and do no harm.
 *
 * @param directives values by name, empty for those without one
 */
public record CacheControl(Map<String, String> directives) {
  /** What a number that is too large counts as (RFC 9111 section 1.2.2). */
  static final long MOST_SECONDS = Integer.MAX_VALUE;

  private static final int MOST_DIGITS = 10;

  public CacheControl {
    directives = Map.copyOf(directives);
  }

  /** Reads a field's value; several lines of the field are one with commas between them. */
  public static CacheControl parse(String field) {
    if (field.isEmpty()) {
      return new CacheControl(Map.of());
    }
    var directives = new HashMap<String, String>();
    int at = 0;
    while (at < field.length()) {
      int end = endOfDirective(field, at);
      var directive = field.substring(at, end).strip();
      int equals = directive.indexOf('=');
      var name = (equals < 0 ? directive : directive.substring(0, equals)).strip();
      if (!name.isEmpty()) {
        var value = equals < 0 ? "" : unquoted(directive.substring(equals + 1).strip());
        directives.putIfAbsent(name.toLowerCase(Locale.ROOT), value);
      }
      at = end + 1;
    }
    return new CacheControl(directives);
  }

  /** The next comma that is not in a quoted string. */
  private static int endOfDirective(String field, int from) {
    boolean quoted = false;
    for (int i = from; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (quoted && c == '\\') {
        i++;
      } else if (!quoted && c == ',') {
        return i;
      }
    }
    return field.length();
  }

  private static String unquoted(String value) {
    if (!value.startsWith("\"")) {
      return value;
    }
    var plain = new StringBuilder(value.length());
    for (int i = 1; i < value.length() && value.charAt(i) != '"'; i++) {
      if (value.charAt(i) == '\\' && i + 1 < value.length()) {
        i++;
      }
      plain.append(value.charAt(i));
    }
    return plain.toString();
  }

  public boolean has(String name) {
    return directives.containsKey(name);
  }

  /**
   * A directive's number; empty when it is not given. One that is no number is 0, for such
   * freshness information counts as stale (RFC 9111 section 4.2.1).
   */
  public OptionalLong seconds(String name) {
    var value = directives.get(name);
    return value == null ? OptionalLong.empty() : OptionalLong.of(number(value));
  }

  /** Digits as a number of seconds; 0 for anything else. */
  static long number(String text) {
    if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return 0;
    }
    return text.length() > MOST_DIGITS
        ? MOST_SECONDS
        : Math.min(MOST_SECONDS, Long.parseLong(text));
  }
}
