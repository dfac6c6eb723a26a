package dev.larder.common.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpdateWindowTest {
  private static final UpdateWindow SECOND_WEDNESDAY = new UpdateWindow(2, 3, LocalTime.of(3, 0));

  /** November 2026 begins on a Sunday; its second week's Wednesday is the 11th. */
  @ParameterizedTest
  @CsvSource({
    "2026-11-11T02:59:59Z, false",
    "2026-11-11T03:00:00Z, true",
    "2026-11-11T08:59:59Z, true",
    "2026-11-11T09:00:00Z, false",
    "2026-11-04T04:00:00Z, false",
    "2026-11-18T04:00:00Z, false",
    "2026-12-09T03:00:00Z, true",
  })
  void isOpenForSixHoursAMonth(Instant now, boolean open) {
    assertThat(SECOND_WEDNESDAY.isOpen(now)).isEqualTo(open);
  }

  @Test
  void mayReachIntoTheNextDay() {
    var late = new UpdateWindow(4, 7, LocalTime.of(23, 0));
    assertThat(late.isOpen(Instant.parse("2026-11-22T23:30:00Z"))).isTrue();
    assertThat(late.isOpen(Instant.parse("2026-11-23T04:59:00Z"))).isTrue();
    assertThat(late.isOpen(Instant.parse("2026-11-23T05:00:00Z"))).isFalse();
  }

  @Test
  void opensNextThisMonthOrTheFollowing() {
    assertThat(SECOND_WEDNESDAY.nextOpening(Instant.parse("2026-11-01T00:00:00Z")))
        .isEqualTo("2026-11-11T03:00:00Z");
    assertThat(SECOND_WEDNESDAY.nextOpening(Instant.parse("2026-11-11T03:00:00Z")))
        .isEqualTo("2026-12-09T03:00:00Z");
  }

  /**
   * In 2026 only January, April, July and October have a fifth Thursday in their days 29 to 31, and
   * December.
   */
  @Test
  void theFifthWeekPassesOverMonthsThatLackIt() {
    var fifth = new UpdateWindow(5, 4, LocalTime.NOON);
    assertThat(fifth.nextOpening(Instant.parse("2026-08-01T00:00:00Z")))
        .isEqualTo("2026-10-29T12:00:00Z");
    assertThat(fifth.nextOpening(Instant.parse("2026-10-29T12:00:00Z")))
        .isEqualTo("2026-12-31T12:00:00Z");
  }

  @Test
  void isOpenAtEveryOpeningAndNotJustBefore() {
    for (long seed = 0; seed < 2_000; seed++) {
      var random = new Random(seed);
      var window =
          new UpdateWindow(
              1 + random.nextInt(5),
              1 + random.nextInt(7),
              LocalTime.of(random.nextInt(24), random.nextInt(60)));
      var now = Instant.ofEpochSecond(1_700_000_000L + random.nextInt(100_000_000));
      var opening = window.nextOpening(now);
      assertThat(opening).as("seed %d", seed).isAfter(now);
      assertThat(window.isOpen(opening)).as("seed %d", seed).isTrue();
      assertThat(window.isOpen(opening.minusSeconds(1))).as("seed %d", seed).isFalse();
      assertThat(window.isOpen(opening.plus(Duration.ofHours(6)))).as("seed %d", seed).isFalse();
      var date = opening.atOffset(ZoneOffset.UTC);
      assertThat(date.getDayOfWeek().getValue()).as("seed %d", seed).isEqualTo(window.day());
      assertThat((date.getDayOfMonth() - 1) / 7 + 1).as("seed %d", seed).isEqualTo(window.week());
    }
  }

  @Test
  void refusesWhatIsNoWeekOrDay() {
    assertThatThrownBy(() -> new UpdateWindow(6, 1, LocalTime.NOON)).hasMessageContaining("1 to 5");
    assertThatThrownBy(() -> new UpdateWindow(1, 0, LocalTime.NOON)).hasMessageContaining("Monday");
  }
}
