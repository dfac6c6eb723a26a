package dev.larder.common.schedule;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * When a node of the slow ring may change software: once a month, in UTC, for {@link #LENGTH} from
 * the given time.
 *
 * @param week of the month, 1 to 5: week 1 holds the days 1 to 7, week 2 the days 8 to 14, and so
 *     on; week 5 is short and a month that does not have the day in it is passed over
 * @param day of the week, 1 (Monday) to 7 (Sunday)
 * @param time of day in UTC
 */
public record UpdateWindow(
    int week,
    int day,
    @JsonFormat(shape = JsonFormat.Shape.STRING, pattern = "HH:mm") LocalTime time) {
  /** Connected Cache calls an update failed that has not ended six hours after its time. */
  public static final Duration LENGTH = Duration.ofHours(6);

  private static final int WEEKS = 5;
  private static final int DAYS = 7;

  public UpdateWindow {
    if (week < 1 || week > WEEKS) {
      throw new IllegalArgumentException("An update week is 1 to 5: " + week);
    }
    if (day < 1 || day > DAYS) {
      throw new IllegalArgumentException("An update day is 1 (Monday) to 7 (Sunday): " + day);
    }
  }

  /** Whether software may change at this instant. */
  public boolean isOpen(Instant now) {
    var month = YearMonth.from(now.atOffset(ZoneOffset.UTC));
    return isWithin(month, now) || isWithin(month.minusMonths(1), now);
  }

  private boolean isWithin(YearMonth month, Instant now) {
    return openingIn(month)
        .filter(opening -> !now.isBefore(opening) && now.isBefore(opening.plus(LENGTH)))
        .isPresent();
  }

  /** The next instant, after this one, at which the window opens. */
  public Instant nextOpening(Instant now) {
    return Stream.iterate(
            YearMonth.from(now.atOffset(ZoneOffset.UTC)), month -> month.plusMonths(1))
        .flatMap(month -> openingIn(month).stream())
        .filter(opening -> opening.isAfter(now))
        .findFirst()
        .orElseThrow();
  }

  private Optional<Instant> openingIn(YearMonth month) {
    var firstOfWeek = (week - 1) * DAYS + 1;
    var weekday = month.atDay(1).getDayOfWeek().getValue();
    var dayOfMonth = firstOfWeek + Math.floorMod(day - weekday, DAYS);
    return dayOfMonth > month.lengthOfMonth()
        ? Optional.empty()
        : Optional.of(month.atDay(dayOfMonth).atTime(time).toInstant(ZoneOffset.UTC));
  }

  /** As the portal and the CLI write it. */
  @Override
  public String toString() {
    return "week " + week + ", " + DayOfWeek.of(day) + ", " + time + " UTC";
  }
}
