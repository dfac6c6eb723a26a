package dev.larder.agent.registry;

import java.util.Locale;
import java.util.Set;

/** The fields of HTTP that the front passes on; all others end at it. */
public final class Fields {
  public static final String AUTHORIZATION = "authorization";

  private static final Set<String> UP =
      Set.of(
          "accept",
          "accept-encoding",
          AUTHORIZATION,
          "if-match",
          "if-modified-since",
          "if-none-match",
          "if-range",
          "if-unmodified-since",
          "range",
          "user-agent");
  private static final Set<String> DOWN =
      Set.of(
          "accept-ranges",
          "age",
          "cache-control",
          "date",
          "etag",
          "expires",
          "last-modified",
          "link",
          "retry-after",
          "vary",
          "warning",
          "www-authenticate");

  private Fields() {}

  /** Whether a request's field goes to the registry. */
  public static boolean goesUp(String name) {
    return UP.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Whether an answer's field goes to the engine. */
  public static boolean goesDown(String name) {
    var lower = name.toLowerCase(Locale.ROOT);
    return DOWN.contains(lower)
        || lower.startsWith("content-")
        || lower.startsWith("docker-")
        || lower.startsWith("ratelimit-")
        || lower.startsWith("oci-");
  }
}
