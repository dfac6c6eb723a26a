package dev.larder.cache.fill;

import dev.larder.cache.origin.OriginAnswer;
import dev.larder.cache.slice.ObjectMeta;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** What the head of an origin's answer to a request for bytes means. */
public sealed interface AnswerHead {
  /** The bytes from a position on, of an object described by {@code meta} (206). */
  record Part(long start, ObjectMeta meta) implements AnswerHead {}

  /** The whole object (200). */
  record Whole(ObjectMeta meta) implements AnswerHead {}

  /** The whole object, of a length that only its end tells (200). */
  record Unmeasured(Map<String, String> headers) implements AnswerHead {}

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
          "cache-control",
          "expires");

  int LONGEST_HEADER = 2_048;
  Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");
  long OLDEST = Integer.MAX_VALUE;
  Pattern NUMBER = Pattern.compile("\\d{1,18}");

  static AnswerHead of(OriginAnswer answer) {
    int status = answer.status();
    return switch (status) {
      case 206 -> part(answer);
      case 200 ->
          NUMBER.matcher(answer.header("content-length")).matches()
              ? new Whole(meta(answer, Long.parseLong(answer.header("content-length"))))
              : new Unmeasured(headers(answer));
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
    return start < length
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
    return headers;
  }

  /** When the answer would have been received, had it not grown old on its way. */
  private static Instant receivedAt(OriginAnswer answer) {
    var age = answer.header("age");
    long seconds = NUMBER.matcher(age).matches() ? Math.min(Long.parseLong(age), OLDEST) : 0;
    return answer.receivedAt().minusSeconds(seconds);
  }

  /** Whether the origin allows a shared cache to keep it (RFC 9111 section 3). */
  static boolean mayBeKept(ObjectMeta meta) {
    var control = meta.header("cache-control").toLowerCase(Locale.ROOT);
    return !control.contains("no-store") && !control.contains("private");
  }
}
