package dev.larder.common.schedule;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Hours of some days of every week, in UTC. They may go over midnight and then belong to the day on
 * which they begin. What a node of the slow ring waits for is another thing, {@link UpdateWindow}.
 *
 * @param days on which the hours begin, at least one
 * @param from the first instant of the hours
 * @param until the first instant after them; before {@code from} it is the next day's, and the two
 *     are never the same
 */
public record WeeklyHours(Set<DayOfWeek> days, LocalTime from, LocalTime until) {
  /** Beyond a week from any day the days come again. */
  private static final int DAYS_AHEAD = 8;

  public WeeklyHours {
    days = Set.copyOf(days);
    if (days.isEmpty()) {
      throw new IllegalArgumentException("Weekly hours need a day to begin on");
    }
    if (from.equals(until)) {
      throw new IllegalArgumentException("Hours that begin and end at " + from + " are none");
    }
  }

  public static WeeklyHours everyDay(LocalTime from, LocalTime until) {
    return new WeeklyHours(EnumSet.allOf(DayOfWeek.class), from, until);
  }

  /** Whether this instant is in the hours. */
  public boolean isOpen(Instant now) {
    var today = day(now);
    return isWithin(today, now) || isWithin(today.minusDays(1), now);
  }

  private boolean isWithin(LocalDate day, Instant now) {
    var end = until.isAfter(from) ? day : day.plusDays(1);
    return days.contains(day.getDayOfWeek())
        && !now.isBefore(at(day, from))
        && now.isBefore(at(end, until));
  }

  /** The next instant, after this one, at which the hours begin. */
  public Instant nextOpening(Instant now) {
    return Stream.iterate(day(now), day -> day.plusDays(1))
        .limit(DAYS_AHEAD)
        .filter(day -> days.contains(day.getDayOfWeek()))
        .map(day -> at(day, from))
        .filter(opening -> opening.isAfter(now))
        .findFirst()
        .orElseThrow();
  }

  private static LocalDate day(Instant now) {
    return LocalDate.ofInstant(now, ZoneOffset.UTC);
  }

  private static Instant at(LocalDate day, LocalTime time) {
    return day.atTime(time).toInstant(ZoneOffset.UTC);
  }
}
