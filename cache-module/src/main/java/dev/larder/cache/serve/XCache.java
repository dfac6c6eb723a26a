package dev.larder.cache.serve;

import io.vertx.core.http.HttpHeaders;

/** How an answer came about, for the {@code X-Cache} and {@code Server-Timing} headers. */
final class XCache {
  /** All of it was here. */
  static final XCache HIT = new XCache("hit", false);

  /** Some of it was here. */
  static final XCache PARTIAL = new XCache("partial", true);

  /** None of it was here. */
  static final XCache MISS = new XCache("miss", true);

  /** It was here, and the origin said that it is still the same. */
  static final XCache REVALIDATED = new XCache("revalidated", true);

  /** It was here, and the origin cannot say, or has yet to say, that it is still the same. */
  static final XCache STALE = new XCache("stale", true);

  /** The cache answered by itself. */
  static final XCache NONE = new XCache("none", false);

  private final CharSequence text;
  private final CharSequence timing;
  private final boolean waits;

  private XCache(String text, boolean waits) {
    this.text = HttpHeaders.createOptimized(text);
    this.timing = HttpHeaders.createOptimized("cache;desc=\"" + text + "\"");
    this.waits = waits;
  }

  /** It came from the origin and is not kept, for a reason. */
  static XCache bypass(String reason) {
    return new XCache("bypass; " + reason, true);
  }

  CharSequence text() {
    return text;
  }

  /** As Server-Timing says it. */
  CharSequence timing() {
    return timing;
  }

  /** Whether such an answer may have waited for an origin. */
  boolean waits() {
    return waits;
  }
}
