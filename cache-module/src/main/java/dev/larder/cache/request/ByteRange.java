package dev.larder.cache.request;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The part of an object that a client asks for (RFC 9110 section 14). */
public sealed interface ByteRange {
  /** No range: the object. */
  record Whole() implements ByteRange {}

  /** From a position to the end. */
  record From(long first) implements ByteRange {}

  /** From a position to another, both included. */
  record Between(long first, long last) implements ByteRange {}

  /** The last bytes. */
  record Suffix(long length) implements ByteRange {}

  /** What a range comes to for an object of known length. */
  sealed interface Resolved {}

  /**
   * Bytes to send.
   *
   * @param end the position after the last byte
   * @param partial whether the answer is 206
   */
  record Span(long start, long end, boolean partial) implements Resolved {
    public long length() {
      return end - start;
    }
  }

  /** No byte of the object is in the range: 416. */
  record Unsatisfiable() implements Resolved {}

  int LONGEST = 18;
  Pattern ONE = Pattern.compile("bytes=\\s*(?:(\\d+)-(\\d+)?|-(\\d+))\\s*");

  /**
   * Reads Range headers: the last counts, as Delivery Optimization's client needs it. Several
   * ranges in one, another unit and a malformed header stand for the whole object, as RFC 9110
   * section 14.2 allows.
   */
  static ByteRange parse(List<String> headers) {
    return headers.isEmpty() ? new Whole() : parse(headers.getLast());
  }

  private static ByteRange parse(String header) {
    var range = ONE.matcher(header.strip().toLowerCase(Locale.ROOT));
    if (!range.matches()) {
      return new Whole();
    }
    if (range.group(3) != null) {
      return new Suffix(number(range.group(3)));
    }
    long first = number(range.group(1));
    if (range.group(2) == null) {
      return new From(first);
    }
    long last = number(range.group(2));
    return last < first ? new Whole() : new Between(first, last);
  }

  /** As a Range header says it; empty for the whole object. */
  default Optional<String> header() {
    return switch (this) {
      case Whole() -> Optional.empty();
      case From(long first) -> Optional.of("bytes=" + first + "-");
      case Between(long first, long last) -> Optional.of("bytes=" + first + "-" + last);
      case Suffix(long length) -> Optional.of("bytes=-" + length);
    };
  }

  /** A number of any length; past 18 digits all are equally far past any object's end. */
  private static long number(String digits) {
    return digits.length() > LONGEST ? Long.MAX_VALUE - 1 : Long.parseLong(digits);
  }

  /** The bytes of an object of this length that the range holds. */
  default Resolved resolve(long length) {
    return switch (this) {
      case Whole() -> new Span(0, length, false);
      case From(long first) -> first < length ? new Span(first, length, true) : new Unsatisfiable();
      case Between(long first, long last) ->
          first < length ? new Span(first, Math.min(last + 1, length), true) : new Unsatisfiable();
      case Suffix(long count) ->
          count > 0 && length > 0
              ? new Span(Math.max(0, length - count), length, true)
              : new Unsatisfiable();
    };
  }
}
