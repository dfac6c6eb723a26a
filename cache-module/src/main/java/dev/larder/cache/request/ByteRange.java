package dev.larder.cache.request;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

  /** Two or more of the others but {@link Whole}, as the client orders them. */
  record Several(List<ByteRange> ranges) implements ByteRange {
    public Several {
      ranges = List.copyOf(ranges);
      if (ranges.size() < 2) {
        throw new IllegalArgumentException("One range is not several.");
      }
    }
  }

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

    private boolean touches(Span other) {
      return start <= other.end && other.start <= end;
    }

    private Span join(Span other) {
      return new Span(Math.min(start, other.start), Math.max(end, other.end), true);
    }
  }

  /** Two or more spans, no two of which overlap or touch: 206 in parts. */
  record Parts(List<Span> spans) implements Resolved {
    public Parts {
      spans = List.copyOf(spans);
    }
  }

  /** No byte of the object is in the range: 416. */
  record Unsatisfiable() implements Resolved {}

  int LONGEST = 18;

  /** A header with more ranges does not count: the object is sent whole. */
  int MOST_RANGES = 64;

  String UNIT = "bytes=";

  /**
   * Reads Range headers: the last counts, as Delivery Optimization's client needs it. Another unit,
   * a malformed header and too many ranges stand for the whole object, as RFC 9110 section 14.2
   * allows.
   */
  static ByteRange parse(List<String> headers) {
    return headers.isEmpty() ? new Whole() : parse(headers.getLast());
  }

  private static ByteRange parse(String header) {
    var range = header.strip();
    if (!range.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
      return new Whole();
    }
    var ranges = new ArrayList<ByteRange>(1);
    for (int from = UNIT.length(); from <= range.length(); ) {
      int comma = range.indexOf(',', from);
      int to = comma < 0 ? range.length() : comma;
      var one = range.substring(from, to).strip();
      if (!one.isEmpty()) {
        var read = one(one);
        if (read.isEmpty() || ranges.size() == MOST_RANGES) {
          return new Whole();
        }
        ranges.add(read.get());
      }
      from = to + 1;
    }
    return switch (ranges.size()) {
      case 0 -> new Whole();
      case 1 -> ranges.getFirst();
      default -> new Several(ranges);
    };
  }

  private static Optional<ByteRange> one(String text) {
    int dash = text.indexOf('-');
    var first = dash < 0 ? "" : text.substring(0, dash);
    var last = dash < 0 ? "" : text.substring(dash + 1);
    if (!areDigits(first) || !areDigits(last) || (first.isEmpty() && last.isEmpty())) {
      return Optional.empty();
    }
    if (first.isEmpty()) {
      return Optional.of(new Suffix(number(last)));
    }
    if (last.isEmpty()) {
      return Optional.of(new From(number(first)));
    }
    return number(first) <= number(last)
        ? Optional.of(new Between(number(first), number(last)))
        : Optional.empty();
  }

  private static boolean areDigits(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /** A number of any length; past 18 digits all are equally far past any object's end. */
  private static long number(String digits) {
    return digits.length() > LONGEST ? Long.MAX_VALUE - 1 : Long.parseLong(digits);
  }

  /** As a Range header says it; empty for the whole object. */
  default Optional<String> header() {
    return text().map(UNIT::concat);
  }

  private Optional<String> text() {
    return switch (this) {
      case Whole() -> Optional.empty();
      case From(long first) -> Optional.of(first + "-");
      case Between(long first, long last) -> Optional.of(first + "-" + last);
      case Suffix(long length) -> Optional.of("-" + length);
      case Several(var ranges) ->
          Optional.of(String.join(",", ranges.stream().flatMap(r -> r.text().stream()).toList()));
    };
  }

  /** The range that is sent first, if all have bytes. */
  default ByteRange leading() {
    return this instanceof Several(var ranges) ? ranges.getFirst() : this;
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
      case Several(var ranges) -> resolve(ranges, length);
    };
  }

  /** Ranges that overlap or touch become one, at the place of the first (section 15.3.7.2). */
  private static Resolved resolve(List<ByteRange> ranges, long length) {
    var spans = new ArrayList<Span>();
    for (var range : ranges) {
      if (range.resolve(length) instanceof Span span) {
        int place = spans.size();
        var joined = span;
        for (int i = spans.size() - 1; i >= 0; i--) {
          if (spans.get(i).touches(joined)) {
            joined = joined.join(spans.remove(i));
            place = i;
          }
        }
        spans.add(place, joined);
      }
    }
    return switch (spans.size()) {
      case 0 -> new Unsatisfiable();
      case 1 -> spans.getFirst();
      default -> new Parts(spans);
    };
  }
}
