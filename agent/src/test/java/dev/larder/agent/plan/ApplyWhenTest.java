package dev.larder.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.ModuleUpdate;
import dev.larder.common.manifest.RestartPolicy;
import dev.larder.common.manifest.UpdateStrategy;
import dev.larder.common.schedule.WeeklyHours;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Modules with a window from 22:00 to 04:00, mostly at noon. */
class ApplyWhenTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Instant OPENING = Instant.parse("2026-01-01T22:00:00Z");
  private static final Set<String> HERE = Set.of("image-b");
  private static final ModuleId CACHE = ModuleId.CACHE;
  private static final Container RUNNING = container(Slot.CURRENT, "a", Phase.RUNNING);
  private static final Container ENDED = container(Slot.CURRENT, "a", Phase.ENDED);
  private static final Container NEXT = container(Slot.NEXT, "b", Phase.CREATED);
  private static final Container PREVIOUS = container(Slot.PREVIOUS, "a", Phase.ENDED);
  private static final DesiredModule WANTED = wanted(UpdateStrategy.DOWNLOAD_THEN_SWAP, true, true);

  private static DesiredModule wanted(UpdateStrategy strategy, boolean rollback, boolean run) {
    var window = WeeklyHours.everyDay(LocalTime.of(22, 0), LocalTime.of(4, 0));
    return new DesiredModule(
        CACHE,
        "b",
        "image-b",
        run,
        RestartPolicy.ALWAYS,
        true,
        0,
        new ModuleUpdate(strategy, rollback, Duration.ofSeconds(90), Optional.of(window)),
        Map.of());
  }

  private static Container container(Slot slot, String spec, Phase phase) {
    return TestContainer.of(slot, spec, phase, NOON);
  }

  private static Plan plan(
      DesiredModule wanted, Set<String> images, Instant now, Container... containers) {
    return plan(wanted, images, History.NONE, now, containers);
  }

  private static Plan plan(
      DesiredModule wanted,
      Set<String> images,
      History history,
      Instant now,
      Container... containers) {
    var ids = images.isEmpty() ? Map.<String, String>of() : Map.of("image-b", "id");
    var actual = new Actual(List.of(containers), ids, Map.of(), Set.of());
    return Planner.plan(new Desired(List.of(wanted)), actual, history, now);
  }

  private static Plan waiting(Step... steps) {
    return new Plan(List.of(steps), Optional.of(OPENING), false);
  }

  @Test
  void anUpdateWaitsForTheWindow() {
    assertThat(plan(WANTED, HERE, NOON, RUNNING)).isEqualTo(waiting());
    assertThat(plan(WANTED, HERE, OPENING, RUNNING).steps())
        .containsExactly(new Step.Create(CACHE, "b"));
  }

  @Test
  void whatIsFetchedBeforehandIsTheImageAlone() {
    assertThat(plan(WANTED, Set.of(), NOON, RUNNING))
        .isEqualTo(waiting(new Step.Pull(CACHE, "image-b")));
  }

  @Test
  void whatRunsIsCaredForMeanwhile() {
    assertThat(plan(WANTED, HERE, NOON, ENDED))
        .isEqualTo(waiting(new Step.Start(CACHE, ENDED.id(), 1)));
  }

  @Test
  void whatStopsFirstRunsOnAndFetchesNothing() {
    var wanted = wanted(UpdateStrategy.STOP_FIRST, true, true);
    assertThat(plan(wanted, Set.of(), NOON, RUNNING)).isEqualTo(waiting());
    assertThat(plan(wanted, Set.of(), OPENING, RUNNING).steps())
        .containsExactly(new Step.Stop(CACHE, RUNNING.id()));
  }

  @Test
  void whatStoppedFirstRunsAgainWhenTheWindowClosesBeforeItsImageIsThere() {
    var wanted = wanted(UpdateStrategy.STOP_FIRST, true, true);
    var stop = new Step.Stop(CACHE, RUNNING.id());
    var stopped = History.NONE.beginning(List.of(stop));
    var actual = new Actual(List.of(ENDED), Map.of(), Map.of(), Set.of(CACHE));
    assertThat(Planner.plan(new Desired(List.of(wanted)), actual, stopped, NOON))
        .isEqualTo(waiting(new Step.Start(CACHE, ENDED.id(), 1)));
  }

  @Test
  void aModuleThatNeverRanIsMadeAtOnce() {
    assertThat(plan(WANTED, HERE, NOON).steps()).containsExactly(new Step.Create(CACHE, "b"));
    assertThat(plan(WANTED, HERE, NOON, NEXT).steps())
        .containsExactly(new Step.Rename(CACHE, NEXT.id()));
    var neverStarted = container(Slot.CURRENT, "a", Phase.CREATED);
    assertThat(plan(WANTED, HERE, NOON, neverStarted).steps())
        .containsExactly(new Step.Create(CACHE, "b"));
  }

  @Test
  void aWindowThatClosesBeforeTheChangeOfPlacesLeavesTheOldOneInItsPlace() {
    assertThat(plan(WANTED, HERE, NOON, RUNNING, NEXT)).isEqualTo(waiting());
    var aside = container(Slot.PREVIOUS, "a", Phase.RUNNING);
    assertThat(plan(WANTED, HERE, NOON, aside, NEXT).steps())
        .containsExactly(new Step.Restore(CACHE, aside.id()));
  }

  @Test
  void aTrialGoesOnToItsEnd() {
    var made = container(Slot.CURRENT, "b", Phase.CREATED);
    assertThat(plan(WANTED, HERE, NOON, PREVIOUS, made).steps())
        .containsExactly(new Step.Start(CACHE, made.id(), 0));
    var started = container(Slot.CURRENT, "b", Phase.RUNNING);
    var proven = NOON.plusSeconds(20);
    assertThat(plan(WANTED, HERE, NOON, PREVIOUS, started))
        .isEqualTo(new Plan(List.of(), Optional.of(proven), false));
    assertThat(plan(WANTED, HERE, proven, PREVIOUS, started).steps())
        .containsExactly(new Step.Remove(CACHE, PREVIOUS.id()));
  }

  @Test
  void aTrialThatTheManifestHasMovedOnFromGoesOnToItsEndToo() {
    var last = container(Slot.PREVIOUS, "z", Phase.ENDED);
    assertThat(plan(WANTED, HERE, NOON, last, RUNNING, NEXT).steps()).isEmpty();
    assertThat(plan(WANTED, HERE, NOON.plusSeconds(20), last, RUNNING, NEXT))
        .isEqualTo(waiting(new Step.Remove(CACHE, last.id())));
  }

  @Test
  void takingBackIsNotHeldUp() {
    var bad = container(Slot.CURRENT, "b", Phase.RUNNING);
    var reject = new Step.Reject(CACHE, "b", "its health check fails");
    var rejected = History.NONE.after(reject, Optional.empty(), NOON);
    assertThat(plan(WANTED, HERE, rejected, NOON, PREVIOUS, bad).steps())
        .containsExactly(new Step.Stop(CACHE, bad.id()));
    assertThat(plan(WANTED, HERE, rejected, NOON, PREVIOUS).steps())
        .containsExactly(new Step.Start(CACHE, PREVIOUS.id(), 1));
    var back = container(Slot.PREVIOUS, "a", Phase.RUNNING);
    assertThat(plan(WANTED, HERE, rejected, NOON, back).steps())
        .containsExactly(new Step.Restore(CACHE, back.id()));
  }

  @Test
  void whatIsNotKeptAndHasBeenStoppedIsReplaced() {
    var wanted = wanted(UpdateStrategy.DOWNLOAD_THEN_SWAP, false, true);
    assertThat(plan(wanted, HERE, NOON, RUNNING, NEXT)).isEqualTo(waiting());
    var stopped = History.NONE.beginning(List.of(new Step.Stop(CACHE, ENDED.id())));
    assertThat(plan(wanted, HERE, stopped, NOON, ENDED, NEXT).steps())
        .containsExactly(new Step.Remove(CACHE, ENDED.id()));
    assertThat(plan(wanted, HERE, NOON, ENDED, NEXT))
        .isEqualTo(waiting(new Step.Start(CACHE, ENDED.id(), 1)));
  }

  @Test
  void stoppingAndRemovingAreNotHeldUp() {
    var stopped = wanted(UpdateStrategy.DOWNLOAD_THEN_SWAP, true, false);
    var stop = new Step.Stop(CACHE, RUNNING.id());
    assertThat(plan(stopped, HERE, NOON, RUNNING).steps()).containsExactly(stop);
    var actual = new Actual(List.of(RUNNING), Map.of(), Map.of(), Set.of());
    assertThat(Planner.plan(new Desired(List.of()), actual, History.NONE, NOON).steps())
        .containsExactly(stop);
  }
}
