package dev.larder.cache.fill;

import dev.larder.cache.fresh.CacheControl;
import dev.larder.cache.fresh.Freshness;
import dev.larder.cache.fresh.Variants;
import dev.larder.cache.origin.OriginAnswer;
import dev.larder.cache.slice.ObjectMeta;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the head of an origin's answer to a request for bytes means. */
public sealed interface AnswerHead {
  /** The bytes from a position on, of an object described by {@code meta} (206). */
  record Part(long start, ObjectMeta meta) implements AnswerHead {}

  /** The whole object (200). */
  record Whole(ObjectMeta meta) implements AnswerHead {}

  /** The whole object, of a length that only its end tells (200). */
  record Unmeasured(Map<String, String> headers) implements AnswerHead {}

  /**
   * What is kept is still the origin's (304).
   *
   * @param headers what the origin says of it now
   */
  record NotModified(Map<String, String> headers, Instant receivedAt) implements AnswerHead {}

  /** No such bytes (416). */
  record OutOfRange() implements AnswerHead {}

  /** The origin refuses; that is for the client to know (4xx). */
  record Refused(int status) implements AnswerHead {}

  /** The origin fails; it may not if asked again. */
  record Failing(String detail) implements AnswerHead {}

  /** Headers that belong to the object and go on to clients. */
  List<String> KEPT_HEADERS =
      List.of(
          ObjectMeta.ETAG,
          ObjectMeta.LAST_MODIFIED,
          "content-type",
          "content-encoding",
          "content-disposition",
          "date",
          "expires");

  String CACHE_CONTROL = "cache-control";

  List<String> FORBIDDING = List.of("no-store", "private");
  int LONGEST_HEADER = 2_048;

  /** Stands for a list that is too long to be looked at: to the safe side. */
  String NOTHING_SAID = "*, no-store";

  Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");
  Pattern NUMBER = Pattern.compile("\\d{1,18}");

  static AnswerHead of(OriginAnswer answer) {
    int status = answer.status();
    return switch (status) {
      case 206 -> part(answer);
      case 200 ->
          NUMBER.matcher(answer.header("content-length")).matches()
              ? new Whole(meta(answer, Long.parseLong(answer.header("content-length"))))
              : new Unmeasured(headers(answer));
      case 304 -> new NotModified(headers(answer), receivedAt(answer));
      case 416 -> new OutOfRange();
      case 408, 425, 429 -> new Failing("The origin answered " + status + ".");
      default ->
          status >= 400 && status < 500
              ? new Refused(status)
              : new Failing("The origin answered " + status + ".");
    };
  }

  private static AnswerHead part(OriginAnswer answer) {
    var range = CONTENT_RANGE.matcher(answer.header("content-range"));
    if (!range.matches()) {
      return new Failing("The origin answered 206 without a usable Content-Range.");
    }
    long start = Long.parseLong(range.group(1));
    long length = Long.parseLong(range.group(3));
    long last = Long.parseLong(range.group(2));
    return start <= last && last < length
        ? new Part(start, meta(answer, length))
        : new Failing("The origin answered 206 with an impossible Content-Range.");
  }

  private static ObjectMeta meta(OriginAnswer answer, long length) {
    return new ObjectMeta(length, headers(answer), receivedAt(answer));
  }

  private static Map<String, String> headers(OriginAnswer answer) {
    var headers = new HashMap<String, String>();
    for (var name : KEPT_HEADERS) {
      var value = answer.header(name);
      if (!value.isEmpty() && value.length() <= LONGEST_HEADER) {
        headers.put(name, value);
      }
    }
    putList(headers, CACHE_CONTROL, answer.list(CACHE_CONTROL));
    putList(headers, Variants.VARY, String.join(", ", Variants.fields(answer.list(Variants.VARY))));
    return headers;
  }

  private static void putList(Map<String, String> headers, String name, String value) {
    if (!value.isEmpty()) {
      headers.put(name, value.length() <= LONGEST_HEADER ? value : NOTHING_SAID);
    }
  }

  /** When the answer would have been received, had it not grown old on its way. */
  private static Instant receivedAt(OriginAnswer answer) {
    return Freshness.receivedAt(
        answer.askedAt(), answer.receivedAt(), answer.header("date"), answer.header("age"));
  }

  /** Why a shared cache may not keep it (RFC 9111 section 3); empty when it may. */
  static Optional<String> whyNotKept(ObjectMeta meta) {
    var control = CacheControl.parse(meta.header(CACHE_CONTROL));
    for (var directive : FORBIDDING) {
      if (control.has(directive)) {
        return Optional.of(directive);
      }
    }
    return Variants.mayBeKept(Variants.fields(meta.header(Variants.VARY)))
        ? Optional.empty()
        : Optional.of(Variants.VARY);
  }
}
