package dev.larder.common.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeeklyHoursTest {
  private static final LocalTime TEN = LocalTime.of(22, 0);
  private static final LocalTime FOUR = LocalTime.of(4, 0);
  private static final WeeklyHours FRIDAY_NIGHT =
      new WeeklyHours(Set.of(DayOfWeek.FRIDAY), TEN, FOUR);
  private static final WeeklyHours AFTERNOONS = WeeklyHours.everyDay(LocalTime.NOON, TEN);

  /** 27 November 2026 is a Friday. */
  @ParameterizedTest
  @CsvSource({
    "2026-11-27T21:59:59Z, false, 2026-11-27T22:00:00Z",
    "2026-11-27T22:00:00Z, true, 2026-12-04T22:00:00Z",
    "2026-11-28T03:59:59Z, true, 2026-12-04T22:00:00Z",
    "2026-11-28T04:00:00Z, false, 2026-12-04T22:00:00Z",
    "2026-11-28T22:00:00Z, false, 2026-12-04T22:00:00Z",
    "2026-11-27T03:00:00Z, false, 2026-11-27T22:00:00Z",
  })
  void theNightOfADayReachesIntoTheNext(Instant now, boolean open, Instant opening) {
    assertThat(FRIDAY_NIGHT.isOpen(now)).isEqualTo(open);
    assertThat(FRIDAY_NIGHT.nextOpening(now)).isEqualTo(opening);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-27T11:59:59Z, false, 2026-11-27T12:00:00Z",
    "2026-11-27T12:00:00Z, true, 2026-11-28T12:00:00Z",
    "2026-11-27T22:00:00Z, false, 2026-11-28T12:00:00Z",
  })
  void theHoursOfOneDayEndOnIt(Instant now, boolean open, Instant opening) {
    assertThat(AFTERNOONS.isOpen(now)).isEqualTo(open);
    assertThat(AFTERNOONS.nextOpening(now)).isEqualTo(opening);
  }

  @Test
  void opensWhereItSaysThatItDoesAndIsShutBefore() {
    var random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      var days = EnumSet.of(DayOfWeek.of(1 + random.nextInt(7)), DayOfWeek.of(3));
      var from = LocalTime.of(random.nextInt(24), random.nextInt(60));
      var hours = new WeeklyHours(days, from, from.plusMinutes(1 + random.nextInt(1439)));
      var now = Instant.ofEpochSecond(1_795_000_000L + random.nextInt(10_000_000));
      var opening = hours.nextOpening(now);
      assertThat(hours.isOpen(opening)).as(hours + " at " + opening).isTrue();
      assertThat(Duration.between(now, opening)).isBetween(Duration.ofNanos(1), Duration.ofDays(7));
      if (!hours.isOpen(now)) {
        assertThat(hours.isOpen(opening.minusNanos(1))).as(hours + " before " + opening).isFalse();
      }
    }
  }

  @Test
  void needsADayAndAnEnd() {
    assertThatThrownBy(() -> new WeeklyHours(Set.of(), TEN, FOUR)).hasMessageContaining("a day");
    assertThatThrownBy(() -> WeeklyHours.everyDay(TEN, TEN)).hasMessageContaining("22:00");
    assertThat(WeeklyHours.everyDay(TEN, FOUR).days())
        .containsExactlyInAnyOrderElementsOf(Arrays.asList(DayOfWeek.values()));
  }
}
