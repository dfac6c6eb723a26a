package dev.larder.cloud.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.schedule.Offer;
import dev.larder.common.schedule.Ring;
import dev.larder.common.schedule.UpdateSchedule;
import dev.larder.common.schedule.UpdateWindow;
import dev.larder.common.schedule.Version;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReleasesTest {
  /** A Monday, the fourth of its month, at 20:00. */
  private static final Instant NOW = Instant.parse("2026-11-23T20:00:00Z");

  private static final Version CURRENT = Version.of("1.0.0");
  private static final Version NEXT = Version.of("1.1.0");
  private static final Releases RELEASES =
      new Releases(
          List.of(
              release(NEXT, NOW.minusSeconds(60), NOW.plusSeconds(3600)),
              release(Version.of("2.0.0"), NOW.plusSeconds(60), NOW.plusSeconds(7200)),
              release(CURRENT, Instant.EPOCH, Instant.EPOCH)));

  private static Release release(Version version, Instant fast, Instant slow) {
    return new Release(version, new Release.Images("a", "h", "c"), fast, slow, Instant.EPOCH);
  }

  private static UpdateSchedule slow(int hour) {
    return new UpdateSchedule(
        Ring.SLOW, Optional.of(new UpdateWindow(4, 1, LocalTime.of(hour, 0))), Duration.ofHours(1));
  }

  private static Releases.Move move(Version wanted, UpdateSchedule schedule, Instant now) {
    return RELEASES.move(CURRENT, wanted, schedule, now);
  }

  @Test
  void theFastRingMovesAsSoonAsItMay() {
    assertThat(move(NEXT, UpdateSchedule.DEFAULT, NOW)).isInstanceOf(Releases.Allowed.class);
    assertThat(move(Version.of("2.0.0"), UpdateSchedule.DEFAULT, NOW))
        .isInstanceOf(Releases.Refused.class);
  }

  @Test
  void theSlowRingMovesInItsWindowAndNotBeforeTheReleaseIsIts() {
    var later = NOW.plusSeconds(3600);
    assertThat(move(NEXT, slow(20), NOW)).isInstanceOf(Releases.Refused.class);
    assertThat(move(NEXT, slow(20), later)).isInstanceOf(Releases.Allowed.class);
    assertThat(move(NEXT, slow(23), later)).isInstanceOf(Releases.Refused.class);
  }

  @Test
  void noNodeMovesBackOrToWhatIsNotThere() {
    assertThat(move(CURRENT, UpdateSchedule.DEFAULT, NOW)).isInstanceOf(Releases.Refused.class);
    assertThat(move(Version.of("9.9.9"), UpdateSchedule.DEFAULT, NOW))
        .isInstanceOf(Releases.Refused.class);
  }

  @Test
  void everyNewerReleaseIsOfferedWhateverItsDay() {
    assertThat(RELEASES.newerThan(CURRENT))
        .extracting(Offer::version)
        .containsExactly(NEXT, Version.of("2.0.0"));
  }

  @Test
  void aNewNodeStartsWithTheNewestThatIsOut() {
    assertThat(RELEASES.first(NOW).version()).isEqualTo(NEXT);
    assertThat(RELEASES.first(Instant.EPOCH.minusSeconds(1)).version()).isEqualTo(CURRENT);
  }
}
