package dev.larder.cache.traffic;

import java.util.Locale;

/** How a request for content was answered. */
public enum Result {
  /** All of it was here. */
  HIT,
  /** Some of it was here. */
  PARTIAL,
  /** None of it was here. */
  MISS,
  /** It was here, and the origin said that it still holds. */
  REVALIDATED,
  /** It was here, and served although the origin could not say that it still holds. */
  STALE,
  /** It came from the origin and is not kept. */
  BYPASS,
  /** There was no content to send: the origin failed, or this cache did. */
  ERROR;

  private static final int SERVER_ERROR = 500;

  /**
   * Reads an answer.
   *
   * @param xCache its X-Cache header
   */
  public static Result of(int status, String xCache) {
    if (status >= SERVER_ERROR) {
      return ERROR;
    }
    int end = xCache.indexOf(';');
    return switch (end < 0 ? xCache : xCache.substring(0, end)) {
      case "hit" -> HIT;
      case "partial" -> PARTIAL;
      case "miss" -> MISS;
      case "revalidated" -> REVALIDATED;
      case "stale" -> STALE;
      case "bypass" -> BYPASS;
      default -> ERROR;
    };
  }

  /** As metrics name it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
