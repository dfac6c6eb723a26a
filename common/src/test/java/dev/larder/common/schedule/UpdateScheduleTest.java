package dev.larder.common.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UpdateScheduleTest {
  private static final Version CURRENT = Version.of("1.0.0");
  private static final Instant RELEASED = Instant.parse("2026-11-02T00:00:00Z");
  private static final Offer NEXT =
      new Offer(Version.of("1.1.0"), RELEASED, RELEASED.plus(Duration.ofDays(7)));
  private static final UpdateSchedule FAST =
      new UpdateSchedule(Ring.FAST, Optional.empty(), Duration.ofHours(1));
  private static final UpdateSchedule SLOW =
      new UpdateSchedule(
          Ring.SLOW, Optional.of(new UpdateWindow(2, 3, LocalTime.of(3, 0))), Duration.ofHours(12));

  @Test
  void theFastRingMovesFromItsDay() {
    assertThat(FAST.decide(CURRENT, List.of(NEXT), RELEASED.minusSeconds(1)))
        .isEqualTo(new UpdateSchedule.UpToDate());
    assertThat(FAST.decide(CURRENT, List.of(NEXT), RELEASED))
        .isEqualTo(new UpdateSchedule.Apply(NEXT.version()));
  }

  @Test
  void theSlowRingWaitsForItsDayAndItsWindow() {
    var beforeItsDay = Instant.parse("2026-11-08T00:00:00Z");
    var beforeItsWindow = Instant.parse("2026-11-10T00:00:00Z");
    var inItsWindow = Instant.parse("2026-11-11T04:00:00Z");
    assertThat(SLOW.decide(CURRENT, List.of(NEXT), beforeItsDay))
        .isEqualTo(new UpdateSchedule.UpToDate());
    assertThat(SLOW.decide(CURRENT, List.of(NEXT), beforeItsWindow))
        .isEqualTo(new UpdateSchedule.Wait(NEXT.version(), Instant.parse("2026-11-11T03:00:00Z")));
    assertThat(SLOW.decide(CURRENT, List.of(NEXT), inItsWindow))
        .isEqualTo(new UpdateSchedule.Apply(NEXT.version()));
  }

  @Test
  void theNewestWinsAndOlderOnesAreNothing() {
    var newest = new Offer(Version.of("1.10.0"), RELEASED, RELEASED);
    var older = new Offer(Version.of("0.9.0"), RELEASED, RELEASED);
    assertThat(FAST.decide(CURRENT, List.of(newest, NEXT, older), RELEASED))
        .isEqualTo(new UpdateSchedule.Apply(newest.version()));
    assertThat(FAST.decide(CURRENT, List.of(older), RELEASED))
        .isEqualTo(new UpdateSchedule.UpToDate());
  }

  @Test
  void checksWhenAWindowOpensIfThatIsSooner() {
    var checked = Instant.parse("2026-11-11T00:00:00Z");
    var decision = SLOW.decide(CURRENT, List.of(NEXT), checked);
    assertThat(SLOW.nextCheck(checked, decision)).isEqualTo("2026-11-11T03:00:00Z");
    var early = checked.minus(Duration.ofDays(1));
    assertThat(SLOW.nextCheck(early, SLOW.decide(CURRENT, List.of(NEXT), early)))
        .isEqualTo(early.plus(Duration.ofHours(12)));
  }

  @Test
  void refusesWhatDoesNotGoTogether() {
    assertThatThrownBy(() -> new UpdateSchedule(Ring.SLOW, Optional.empty(), Duration.ofHours(1)))
        .hasMessageContaining("slow ring needs");
    assertThatThrownBy(() -> new UpdateSchedule(Ring.FAST, SLOW.window(), Duration.ofHours(1)))
        .hasMessageContaining("fast ring takes none");
    assertThatThrownBy(() -> new UpdateSchedule(Ring.FAST, Optional.empty(), Duration.ofMillis(10)))
        .hasMessageContaining("1 minute to 7 days");
  }
}
