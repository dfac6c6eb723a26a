package dev.larder.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.ModuleUpdate;
import dev.larder.common.manifest.Readiness;
import dev.larder.common.manifest.RestartPolicy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A module that nothing restarts: what the agent stops of it, and what that proves. */
class LastGoodTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final ModuleId CACHE = ModuleId.CACHE;
  private static final ModuleId HUB = ModuleId.HUB;
  private static final Container FIRST = container(Slot.PREVIOUS, "1", Phase.ENDED);
  private static final Container SECOND = container(Slot.CURRENT, "2", Phase.RUNNING);
  private static final Container STOPPED = container(Slot.CURRENT, "2", Phase.ENDED);
  private static final Container THIRD = container(Slot.NEXT, "3", Phase.CREATED);
  private static final DesiredModule WANTED = wanted("3", true, Map.of());

  private static DesiredModule wanted(String spec, boolean run, Map<ModuleId, Readiness> needs) {
    return new DesiredModule(
        CACHE, spec, "image", run, RestartPolicy.NEVER, true, 0, ModuleUpdate.DEFAULT, needs);
  }

  private static Container container(Slot slot, String spec, Phase phase) {
    return TestContainer.of(slot, spec, phase, NOW);
  }

  private static List<Step> steps(DesiredModule wanted, History history, Container... containers) {
    var actual = new Actual(List.of(containers), Map.of("image", "id"), Map.of(), Set.of());
    return Planner.plan(new Desired(List.of(wanted)), actual, history, NOW).steps();
  }

  private static History stopped(Container container) {
    return History.NONE.beginning(List.of(new Step.Stop(CACHE, container.id())));
  }

  private static History rejected(History before, String spec) {
    return before.after(new Step.Reject(CACHE, spec, "it broke"), Optional.empty(), NOW);
  }

  @Test
  void whatIsStoppedDuringItsTrialHasNotProvenItself() {
    assertThat(steps(WANTED, History.NONE, FIRST, SECOND, THIRD))
        .containsExactly(new Step.Stop(CACHE, SECOND.id()));
    assertThat(steps(WANTED, stopped(SECOND), FIRST, STOPPED, THIRD))
        .containsExactly(new Step.Remove(CACHE, STOPPED.id()));
  }

  @Test
  void whatEndedByItselfAsItIsMeantToHasProvenItself() {
    assertThat(steps(WANTED, History.NONE, FIRST, STOPPED, THIRD))
        .containsExactly(new Step.Remove(CACHE, FIRST.id()));
  }

  @Test
  void whatWasTakenBackDoesNotProveItselfLater() {
    assertThat(steps(WANTED, rejected(History.NONE, "2"), FIRST, STOPPED, THIRD))
        .containsExactly(new Step.Remove(CACHE, STOPPED.id()));
  }

  @Test
  void whatWasStoppedForAnUpdateThatWaitsRunsMeanwhile() {
    var waiting = wanted("3", true, Map.of(HUB, Readiness.RUNNING));
    var made = container(Slot.CURRENT, "3", Phase.CREATED);
    var between =
        stopped(FIRST).after(new Step.Start(CACHE, SECOND.id(), 0), Optional.empty(), NOW);
    assertThat(steps(waiting, rejected(between, "2"), FIRST, made))
        .containsExactly(new Step.Start(CACHE, FIRST.id(), 1));
  }

  @Test
  void oneThatCannotBeStartedHoldsUpNoOther() {
    var start = new Step.Start(CACHE, FIRST.id(), 1);
    var stuck = rejected(stopped(FIRST), "2").after(start, Optional.of("port is taken"), NOW);
    assertThat(steps(wanted("2", true, Map.of()), stuck, FIRST)).isEmpty();
    assertThat(steps(WANTED, stuck, FIRST)).containsExactly(new Step.Create(CACHE, "3"));
    assertThat(steps(WANTED, stuck, FIRST, THIRD))
        .containsExactly(new Step.Rename(CACHE, THIRD.id()));
    assertThat(steps(WANTED, rejected(stopped(FIRST), "2"), FIRST)).containsExactly(start);
  }

  @Test
  void whatTheManifestStoppedRunsWhenItSaysSo() {
    assertThat(steps(wanted("2", false, Map.of()), stopped(SECOND), STOPPED)).isEmpty();
    var wanted = wanted("2", true, Map.of());
    assertThat(steps(wanted, stopped(SECOND), STOPPED))
        .containsExactly(new Step.Start(CACHE, STOPPED.id(), 1));
    assertThat(steps(wanted, History.NONE, STOPPED)).isEmpty();
  }

  @Test
  void whatRunsThoughItWasToBeStoppedEndsByItself() {
    var actual = new Actual(List.of(SECOND), Map.of(), Map.of(), Set.of());
    var desired = new Desired(List.of(wanted("2", true, Map.of())));
    var pruned = stopped(SECOND).pruned(desired, actual);
    assertThat(pruned.of(CACHE).halted()).isEmpty();
    var stopping =
        new Actual(
            List.of(SECOND), Map.of(), Map.of(CACHE, new Step.Stop(CACHE, SECOND.id())), Set.of());
    assertThat(stopped(SECOND).pruned(desired, stopping)).isEqualTo(stopped(SECOND));
  }

  @Test
  void whatCouldNotBeStartedIsNoTroubleOnceItIsToStandStill() {
    var created = container(Slot.CURRENT, "2", Phase.CREATED);
    var actual = new Actual(List.of(created), Map.of("image", "id"), Map.of(), Set.of());
    var start = new Step.Start(CACHE, created.id(), 0);
    var failed = History.NONE.after(start, Optional.of("port is taken"), NOW);
    var run = new Desired(List.of(wanted("2", true, Map.of())));
    assertThat(failed.pruned(run, actual).of(CACHE).worst()).isPresent();
    var stay = new Desired(List.of(wanted("2", false, Map.of())));
    assertThat(failed.pruned(stay, actual).of(CACHE).worst()).isEmpty();
  }

  @Test
  void whatCannotBeStartedGivesWayAtOnce() {
    var start = new Step.Start(CACHE, STOPPED.id(), 0);
    var failed = History.NONE.after(start, Optional.of("port is taken"), NOW);
    var created = container(Slot.CURRENT, "2", Phase.CREATED);
    assertThat(steps(WANTED, failed, created, THIRD))
        .containsExactly(new Step.Remove(CACHE, created.id()));
    var aside = new Step.SetAside(CACHE, STOPPED.id());
    assertThat(steps(WANTED, failed, STOPPED, THIRD)).containsExactly(aside);
    assertThat(failed.after(aside, Optional.empty(), NOW).of(CACHE).worst()).isEmpty();
  }
}
