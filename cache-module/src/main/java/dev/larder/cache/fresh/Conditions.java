package dev.larder.cache.fresh;

import dev.larder.cache.slice.ObjectMeta;

/**
 * The preconditions of a request for content (RFC 9110 section 13), each as its header says it and
 * empty when the header is not there.
 */
public record Conditions(
    String ifMatch,
    String ifUnmodifiedSince,
    String ifNoneMatch,
    String ifModifiedSince,
    String ifRange) {
  public static final Conditions NONE = new Conditions("", "", "", "", "");

  private static final String ANY = "*";
  private static final String WEAK = "W/";

  /** What they come to. */
  public enum Outcome {
    /** The request is to be answered. */
    PROCEED,
    /** 304. */
    NOT_MODIFIED,
    /** 412. */
    FAILED
  }

  /** Whether any but If-Range is there. */
  public boolean areAny() {
    return !(ifMatch.isEmpty()
        && ifUnmodifiedSince.isEmpty()
        && ifNoneMatch.isEmpty()
        && ifModifiedSince.isEmpty());
  }

  /** Evaluates them in the order of section 13.2.2, for GET and HEAD. */
  public Outcome of(ObjectMeta meta) {
    if (!areAny()) {
      return Outcome.PROCEED;
    }
    if (!ifMatch.isEmpty()) {
      if (!lists(ifMatch, meta.header(ObjectMeta.ETAG), true)) {
        return Outcome.FAILED;
      }
    } else if (isModifiedSince(ifUnmodifiedSince, meta)) {
      return Outcome.FAILED;
    }
    if (!ifNoneMatch.isEmpty()) {
      return lists(ifNoneMatch, meta.header(ObjectMeta.ETAG), false)
          ? Outcome.NOT_MODIFIED
          : Outcome.PROCEED;
    }
    return isUnmodifiedSince(ifModifiedSince, meta) ? Outcome.NOT_MODIFIED : Outcome.PROCEED;
  }

  /** Whether a Range header counts: If-Range is not there or names this very object. */
  public boolean letRangeCount(ObjectMeta meta) {
    if (ifRange.isEmpty()) {
      return true;
    }
    if (ifRange.startsWith("\"") || ifRange.startsWith(WEAK)) {
      return !ifRange.startsWith(WEAK) && ifRange.equals(meta.header(ObjectMeta.ETAG));
    }
    var date = HttpDate.parse(ifRange);
    return date.isPresent() && date.equals(HttpDate.parse(meta.header(ObjectMeta.LAST_MODIFIED)));
  }

  /** A date that is none, and an object without one, do not count. */
  private static boolean isModifiedSince(String since, ObjectMeta meta) {
    var date = HttpDate.parse(since);
    var modified = HttpDate.parse(meta.header(ObjectMeta.LAST_MODIFIED));
    return date.isPresent() && modified.isPresent() && modified.get().isAfter(date.get());
  }

  private static boolean isUnmodifiedSince(String since, ObjectMeta meta) {
    var date = HttpDate.parse(since);
    var modified = HttpDate.parse(meta.header(ObjectMeta.LAST_MODIFIED));
    return date.isPresent() && modified.isPresent() && !modified.get().isAfter(date.get());
  }

  /** Whether a list of entity tags holds this one, by strong or weak comparison. */
  private static boolean lists(String list, String etag, boolean strong) {
    if (list.strip().equals(ANY)) {
      return true;
    }
    if (etag.isEmpty() || (strong && etag.startsWith(WEAK))) {
      return false;
    }
    int at = 0;
    while (at < list.length()) {
      int end = endOfTag(list, at);
      var tag = list.substring(at, end).strip();
      boolean same = strong ? tag.equals(etag) : opaque(tag).equals(opaque(etag));
      if (same) {
        return true;
      }
      at = end + 1;
    }
    return false;
  }

  private static int endOfTag(String list, int from) {
    boolean quoted = false;
    for (int i = from; i < list.length(); i++) {
      char c = list.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        return i;
      }
    }
    return list.length();
  }

  private static String opaque(String tag) {
    return tag.startsWith(WEAK) ? tag.substring(WEAK.length()) : tag;
  }
}
