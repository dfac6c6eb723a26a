package dev.larder.cache.fresh;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Dates as HTTP writes them, and the two obsolete forms (RFC 9110 section 5.6.7). */
public final class HttpDate {
  private static final int FIRST_TWO_DIGIT_YEAR = 1970;
  private static final DateTimeFormatter RFC_850 =
      new DateTimeFormatterBuilder()
          .appendPattern("EEEE, dd-MMM-")
          .appendValueReduced(ChronoField.YEAR, 2, 2, LocalDate.of(FIRST_TWO_DIGIT_YEAR, 1, 1))
          .appendPattern(" HH:mm:ss 'GMT'")
          .toFormatter(Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter ASCTIME =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);
  private static final List<DateTimeFormatter> FORMS =
      List.of(DateTimeFormatter.RFC_1123_DATE_TIME, RFC_850, ASCTIME);

  private HttpDate() {}

  /** Reads a date; empty when it is none. */
  public static Optional<Instant> parse(String text) {
    var date = text.strip();
    if (date.isEmpty()) {
      return Optional.empty();
    }
    for (var form : FORMS) {
      try {
        return Optional.of(Instant.from(form.parse(date)));
      } catch (DateTimeException _) {
        // Another form may fit.
      }
    }
    return Optional.empty();
  }

  /** As a header carries it. */
  public static String write(Instant instant) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(instant.atOffset(ZoneOffset.UTC));
  }
}
