package dev.larder.agent.converge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.plan.Container;
import dev.larder.agent.plan.HealthState;
import dev.larder.agent.plan.Phase;
import dev.larder.agent.plan.Slot;
import dev.larder.common.id.ModuleId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A clock that is set, and how long ago containers started. */
class EngineTimesTest {
  private static final Instant BOOT = Instant.parse("1970-01-01T00:01:00Z");
  private static final Duration YEARS = Duration.ofDays(20_000);

  private Instant wall = BOOT;
  private final AtomicLong nanos = new AtomicLong(-7);
  private final EngineTimes times = new EngineTimes(() -> wall, nanos::get);

  private void set(Duration by) {
    wall = wall.plus(by);
  }

  private void pass(Duration time) {
    set(time);
    nanos.addAndGet(time.toNanos());
  }

  private static Container container(Instant startedAt) {
    return new Container(
        "c",
        ModuleId.HUB,
        Slot.CURRENT,
        "spec",
        Phase.RUNNING,
        HealthState.STARTING,
        true,
        0,
        "",
        0,
        Optional.of(startedAt),
        Optional.empty());
  }

  private Duration age(Instant startedAt) {
    var seen = times.byNow(List.of(container(startedAt))).getFirst();
    return Duration.between(seen.startedAt().orElseThrow(), wall);
  }

  @Test
  void aStartThatWasSeenKeepsItsAgeWhenTheClockIsSet() {
    assertThat(age(BOOT)).isZero();
    pass(Duration.ofSeconds(10));
    set(YEARS);
    assertThat(age(BOOT)).isEqualTo(Duration.ofSeconds(10));
    pass(Duration.ofSeconds(5));
    set(YEARS.negated().minusHours(3));
    assertThat(age(BOOT)).isEqualTo(Duration.ofSeconds(15));
    assertThat(age(BOOT)).isEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void aStartAfterTheClockWasSetIsTakenAsTheEngineNotedIt() {
    age(BOOT);
    set(YEARS);
    age(BOOT);
    var later = wall;
    pass(Duration.ofSeconds(3));
    assertThat(age(later)).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void whatWasNotedBeforeTheClockWasSetAndIsSeenAfterKeepsItsAge() {
    var started = wall;
    pass(Duration.ofSeconds(10));
    set(YEARS);
    assertThat(age(started)).isEqualTo(Duration.ofSeconds(10));
    pass(Duration.ofSeconds(5));
    var next = wall;
    pass(Duration.ofSeconds(10));
    set(Duration.ofHours(-3));
    assertThat(age(next)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void aTimeToComeIsNowWhenItIsSeenFirst() {
    var ahead = wall.plus(YEARS);
    assertThat(age(ahead)).isZero();
    pass(Duration.ofSeconds(10));
    assertThat(age(ahead)).isEqualTo(Duration.ofSeconds(10));
    // The clock that noted it was right.
    set(YEARS);
    assertThat(age(ahead)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void aTimeFromLongBeforeTheFirstLookIsTakenAsTheEngineNotedIt() {
    wall = BOOT.plus(YEARS);
    var later = new EngineTimes(() -> wall, nanos::get);
    var container = container(BOOT);
    pass(Duration.ofSeconds(1));
    assertThat(later.byNow(List.of(container))).containsExactly(container);
  }

  @Test
  void timeThatPassesAndAClockThatIsSlewedAreNoStep() {
    var steps = new ClockSteps(() -> wall, nanos::get);
    pass(Duration.ofDays(300));
    assertThat(steps.last().step()).isZero();
    pass(Duration.ofMinutes(1));
    set(Duration.ofMillis(-30));
    assertThat(steps.last().step()).isZero();
    set(Duration.ofSeconds(-6));
    assertThat(steps.last().step()).isEqualTo(Duration.ofSeconds(-6));
    assertThat(steps.last().step()).isZero();
  }
}
