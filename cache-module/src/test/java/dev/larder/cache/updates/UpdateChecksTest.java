package dev.larder.cache.updates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.schedule.Offer;
import dev.larder.common.schedule.Ring;
import dev.larder.common.schedule.UpdateSchedule;
import dev.larder.common.schedule.UpdateWindow;
import dev.larder.common.schedule.Version;
import dev.larder.common.settings.CacheDesired.Updates;
import dev.larder.common.settings.CacheReported.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UpdateChecksTest {
  /** A Monday, in the first week of its month. */
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  private static final Version CURRENT = new Version(1, 0, 0);
  private static final Version NEWER = new Version(1, 1, 0);
  private static final List<Offer> OFFERED = List.of(new Offer(NEWER, NOW, NOW));

  private static Updates fast(Duration every, List<Offer> offers) {
    return new Updates(new UpdateSchedule(Ring.FAST, Optional.empty(), every), CURRENT, offers);
  }

  private static Updates slow(int week, int day, LocalTime time, List<Offer> offers) {
    var window = Optional.of(new UpdateWindow(week, day, time));
    return new Updates(new UpdateSchedule(Ring.SLOW, window, Duration.ofHours(1)), CURRENT, offers);
  }

  @Test
  void theFirstCheckIsDueAtOnce() {
    assertThat(UpdateChecks.begin(fast(Duration.ofHours(1), List.of())).isDue(NOW)).isTrue();
  }

  @Test
  void checksAtItsFrequency() {
    var updates = fast(Duration.ofHours(1), List.of());
    var checks = UpdateChecks.begin(updates).check(updates, NOW);

    assertThat(checks.nextCheck()).contains(NOW.plusSeconds(3600));
    assertThat(checks.isDue(NOW.plusSeconds(3599))).isFalse();
    assertThat(checks.isDue(NOW.plusSeconds(3600))).isTrue();
    assertThat(checks.report().checks()).isEqualTo(1);
  }

  @Test
  void aChangedFrequencyCountsFromTheLastCheck() {
    var updates = fast(Duration.ofHours(1), List.of());
    var checks =
        UpdateChecks.begin(updates)
            .check(updates, NOW)
            .with(fast(Duration.ofMinutes(1), List.of()), NOW.plusSeconds(30));

    assertThat(checks.nextCheck()).contains(NOW.plusSeconds(60));
    assertThat(checks.report().frequencySeconds()).isEqualTo(60);
  }

  @Test
  void anOfferIsTakenUpByACheckAndNotBefore() {
    var none = fast(Duration.ofHours(1), List.of());
    var offered = fast(Duration.ofHours(1), OFFERED);
    var checks = UpdateChecks.begin(none).check(none, NOW).with(offered, NOW.plusSeconds(1));

    assertThat(checks.report().accepted()).isEmpty();
    assertThat(checks.check(offered, NOW.plusSeconds(3600)).report().accepted()).contains(NEWER);
  }

  @Test
  void theSlowRingWaitsForItsWindowAndChecksWhenItOpens() {
    var updates = slow(1, 1, LocalTime.of(12, 10), OFFERED);
    var checks = UpdateChecks.begin(updates).check(updates, NOW);
    var opening = Instant.parse("2026-06-01T12:10:00Z");

    assertThat(checks.report().accepted()).isEmpty();
    assertThat(checks.report().waiting()).contains(new Waiting(NEWER, opening));
    assertThat(checks.nextCheck()).contains(opening);
    assertThat(checks.check(updates, opening).report().accepted()).contains(NEWER);
  }

  @Test
  void aWindowMovedWhileWaitingMovesTheWait() {
    var updates = slow(2, 1, LocalTime.of(12, 0), OFFERED);
    var waiting = UpdateChecks.begin(updates).check(updates, NOW);
    var sooner = waiting.with(slow(1, 1, LocalTime.of(12, 10), OFFERED), NOW.plusSeconds(60));
    var open = waiting.with(slow(1, 1, LocalTime.of(11, 0), OFFERED), NOW.plusSeconds(60));

    assertThat(sooner.nextCheck()).contains(Instant.parse("2026-06-01T12:10:00Z"));
    assertThat(open.report().accepted()).isEmpty();
    assertThat(open.isDue(NOW.plusSeconds(60))).isTrue();
  }
}
