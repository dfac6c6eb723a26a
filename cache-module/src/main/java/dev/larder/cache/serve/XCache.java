package dev.larder.cache.serve;

/** How an answer came about, for the {@code X-Cache} header. */
enum XCache {
  /** All of it was here. */
  HIT("hit"),
  /** Some of it was here. */
  PARTIAL("partial"),
  /** None of it was here. */
  MISS("miss"),
  /** It came from the origin and is not kept. */
  BYPASS("bypass"),
  /** The cache answered by itself. */
  NONE("none");

  private final String text;

  XCache(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}
