package dev.larder.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.ModuleUpdate;
import dev.larder.common.manifest.Readiness;
import dev.larder.common.manifest.RestartPolicy;
import dev.larder.common.manifest.UpdateStrategy;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final ModuleId HUB = ModuleId.HUB;
  private static final ModuleId CACHE = ModuleId.CACHE;

  private static DesiredModule wanted(ModuleId id, String spec, RestartPolicy policy, long order) {
    return new DesiredModule(
        id, spec, "image-" + spec, true, policy, true, order, ModuleUpdate.DEFAULT, Map.of());
  }

  private static Container container(
      ModuleId id, Slot slot, String spec, Phase phase, HealthState health) {
    return new Container(
        id + "-" + slot,
        id,
        slot,
        spec,
        phase,
        health,
        true,
        0,
        "",
        1,
        Optional.of(NOW.minusSeconds(60)),
        phase == Phase.ENDED ? Optional.of(NOW.minusSeconds(1)) : Optional.empty());
  }

  private static Plan plan(List<DesiredModule> desired, Container... containers) {
    return plan(desired, Set.of("image-a", "image-b"), History.NONE, containers);
  }

  private static Plan plan(
      List<DesiredModule> desired, Set<String> images, History history, Container... containers) {
    var ids = new HashMap<String, String>();
    images.forEach(image -> ids.put(image, "id"));
    var actual = new Actual(List.of(containers), ids, Map.of(), Set.of());
    return Planner.plan(new Desired(desired), actual, history, NOW);
  }

  private static List<DesiredModule> hub(RestartPolicy policy) {
    return List.of(wanted(HUB, "a", policy, 0));
  }

  @Test
  void keepsTheOldContainerRunningWhileItsSuccessorsImageCannotBeHad() {
    var old = container(HUB, Slot.CURRENT, "old", Phase.RUNNING, HealthState.NONE);
    var plan = plan(hub(RestartPolicy.ALWAYS), Set.of(), History.NONE, old);
    assertThat(plan.steps()).containsExactly(new Step.Pull(HUB, "image-a"));

    var failed = History.NONE.after(plan.steps().getFirst(), Optional.of("no registry"), NOW);
    var later = plan(hub(RestartPolicy.ALWAYS), Set.of(), failed, old);
    assertThat(later).isEqualTo(new Plan(List.of(), Optional.of(NOW.plusSeconds(10)), false));

    var died = container(HUB, Slot.CURRENT, "old", Phase.ENDED, HealthState.NONE);
    assertThat(plan(hub(RestartPolicy.ALWAYS), Set.of(), failed, died).steps())
        .containsExactly(new Step.Start(HUB, died.id(), 1));
  }

  @Test
  void replacesByCreateStopRemoveRenameStartWhereNothingIsTakenBack() {
    var old = container(HUB, Slot.CURRENT, "old", Phase.RUNNING, HealthState.NONE);
    var ended = container(HUB, Slot.CURRENT, "old", Phase.ENDED, HealthState.NONE);
    var next = container(HUB, Slot.NEXT, "a", Phase.CREATED, HealthState.NONE);
    var named = container(HUB, Slot.CURRENT, "a", Phase.CREATED, HealthState.NONE);
    var desired = updated(UpdateStrategy.DOWNLOAD_THEN_SWAP, false);
    assertThat(plan(desired, old).steps()).containsExactly(new Step.Create(HUB, "a"));
    assertThat(plan(desired, old, next).steps()).containsExactly(new Step.Stop(HUB, old.id()));
    assertThat(plan(desired, ended, next).steps())
        .containsExactly(new Step.Remove(HUB, ended.id()));
    assertThat(plan(desired, next).steps()).containsExactly(new Step.Rename(HUB, next.id()));
    assertThat(plan(desired, named).steps()).containsExactly(new Step.Start(HUB, named.id(), 0));
  }

  private static List<DesiredModule> updated(UpdateStrategy strategy, boolean rollback) {
    var m = wanted(HUB, "a", RestartPolicy.NEVER, 0);
    var update = new ModuleUpdate(strategy, rollback, Duration.ofSeconds(90), Optional.empty());
    return List.of(
        new DesiredModule(
            m.id(), m.spec(), m.image(), true, m.restartPolicy(), true, 0, update, Map.of()));
  }

  @Test
  void keepsTheOldContainerUntilTheNewOneHasProvenItself() {
    var desired = updated(UpdateStrategy.DOWNLOAD_THEN_SWAP, true);
    var old = container(HUB, Slot.CURRENT, "old", Phase.RUNNING, HealthState.HEALTHY);
    var aside = container(HUB, Slot.PREVIOUS, "old", Phase.RUNNING, HealthState.HEALTHY);
    var still = container(HUB, Slot.PREVIOUS, "old", Phase.ENDED, HealthState.NONE);
    var next = container(HUB, Slot.NEXT, "a", Phase.CREATED, HealthState.NONE);
    var made = container(HUB, Slot.CURRENT, "a", Phase.CREATED, HealthState.NONE);
    var starting = container(HUB, Slot.CURRENT, "a", Phase.RUNNING, HealthState.STARTING);
    var healthy = container(HUB, Slot.CURRENT, "a", Phase.RUNNING, HealthState.HEALTHY);
    var unchecked = container(HUB, Slot.CURRENT, "a", Phase.RUNNING, HealthState.NONE);
    assertThat(plan(desired, old, next).steps()).containsExactly(new Step.SetAside(HUB, old.id()));
    var stopped = container(HUB, Slot.CURRENT, "old", Phase.ENDED, HealthState.NONE);
    assertThat(plan(desired, stopped, next).steps())
        .containsExactly(new Step.SetAside(HUB, stopped.id()));
    assertThat(plan(desired, aside, next).steps()).containsExactly(new Step.Rename(HUB, next.id()));
    assertThat(plan(desired, aside, made).steps()).containsExactly(new Step.Stop(HUB, aside.id()));
    assertThat(plan(desired, still, made).steps())
        .containsExactly(new Step.Start(HUB, made.id(), 0));
    assertThat(plan(desired, still, starting))
        .isEqualTo(new Plan(List.of(), Optional.of(NOW.plusSeconds(30)), false));
    assertThat(plan(desired, still, healthy).steps())
        .containsExactly(new Step.Remove(HUB, still.id()));
    assertThat(plan(desired, still, unchecked).steps())
        .containsExactly(new Step.Remove(HUB, still.id()));
  }

  @Test
  void goesBackToTheOldContainerAndStaysThere() {
    var desired = updated(UpdateStrategy.DOWNLOAD_THEN_SWAP, true);
    var still = container(HUB, Slot.PREVIOUS, "old", Phase.ENDED, HealthState.NONE);
    var sick = container(HUB, Slot.CURRENT, "a", Phase.RUNNING, HealthState.UNHEALTHY);
    var reject = new Step.Reject(HUB, "a", "its health check fails");
    assertThat(plan(desired, still, sick).steps()).containsExactly(reject);

    var rejected = History.NONE.after(reject, Optional.empty(), NOW);
    var images = Set.of("image-a");
    assertThat(plan(desired, images, rejected, still, sick).steps())
        .containsExactly(new Step.Stop(HUB, sick.id()));
    var stopped = container(HUB, Slot.CURRENT, "a", Phase.ENDED, HealthState.NONE);
    assertThat(plan(desired, images, rejected, still, stopped).steps())
        .containsExactly(new Step.Remove(HUB, stopped.id()));
    assertThat(plan(desired, images, rejected, still).steps())
        .containsExactly(new Step.Start(HUB, still.id(), 1));
    var back = container(HUB, Slot.PREVIOUS, "old", Phase.RUNNING, HealthState.NONE);
    assertThat(plan(desired, images, rejected, back).steps())
        .containsExactly(new Step.Restore(HUB, back.id()));
    var running = container(HUB, Slot.CURRENT, "old", Phase.RUNNING, HealthState.NONE);
    assertThat(plan(desired, images, rejected, running)).isEqualTo(Plan.NOTHING);
    assertThat(plan(desired, Set.of(), rejected, running).steps()).isEmpty();
  }

  @Test
  void whatIsTakenBackIsStartedOnceAndThenRunsByItsOwnPolicy() {
    var desired = updated(UpdateStrategy.DOWNLOAD_THEN_SWAP, true);
    var images = Set.of("image-a");
    var rejected = History.NONE.after(new Step.Reject(HUB, "a", "it broke"), Optional.empty(), NOW);
    var still = container(HUB, Slot.PREVIOUS, "old", Phase.ENDED, HealthState.NONE);
    var started =
        rejected.after(new Step.Start(HUB, still.id(), 1), Optional.empty(), NOW.minusSeconds(1));
    assertThat(plan(desired, images, started, still).steps())
        .containsExactly(new Step.Restore(HUB, still.id()));
    var restored = started.after(new Step.Restore(HUB, still.id()), Optional.empty(), NOW);
    var ended = container(HUB, Slot.CURRENT, "old", Phase.ENDED, HealthState.NONE);
    assertThat(plan(desired, images, restored, ended)).isEqualTo(Plan.NOTHING);
  }

  @Test
  void saysWhyAnUpdateDidNotDo() {
    var desired = updated(UpdateStrategy.DOWNLOAD_THEN_SWAP, true);
    var still = container(HUB, Slot.PREVIOUS, "old", Phase.ENDED, HealthState.NONE);
    var ended = container(HUB, Slot.CURRENT, "a", Phase.ENDED, HealthState.NONE);
    assertThat(plan(desired, still, ended).steps())
        .containsExactly(new Step.Reject(HUB, "a", "it ended with exit code 1"));

    var made = container(HUB, Slot.CURRENT, "a", Phase.CREATED, HealthState.NONE);
    var start = new Step.Start(HUB, made.id(), 0);
    var failed = History.NONE;
    for (int i = 0; i < 3; i++) {
      failed = failed.after(start, Optional.of("port is taken"), NOW.minusSeconds(600));
    }
    assertThat(plan(desired, Set.of(), failed, still, made).steps())
        .containsExactly(new Step.Reject(HUB, "a", "it cannot be started: port is taken"));

    var late =
        new Container(
            "late",
            HUB,
            Slot.CURRENT,
            "a",
            Phase.RUNNING,
            HealthState.STARTING,
            true,
            0,
            "",
            0,
            Optional.of(NOW.minusSeconds(91)),
            Optional.empty());
    assertThat(plan(desired, still, late).steps())
        .containsExactly(new Step.Reject(HUB, "a", "it was not healthy within 90 s"));
  }

  @Test
  void whatIsHandedOverRunsTwiceUntilTheNewOneIsGood() {
    var desired = updated(UpdateStrategy.HAND_OVER, true);
    var aside = container(HUB, Slot.PREVIOUS, "old", Phase.RUNNING, HealthState.HEALTHY);
    var made = container(HUB, Slot.CURRENT, "a", Phase.CREATED, HealthState.NONE);
    var starting = container(HUB, Slot.CURRENT, "a", Phase.RUNNING, HealthState.STARTING);
    var healthy = container(HUB, Slot.CURRENT, "a", Phase.RUNNING, HealthState.HEALTHY);
    assertThat(plan(desired, aside, made).steps())
        .containsExactly(new Step.Start(HUB, made.id(), 0));
    assertThat(plan(desired, aside, starting).steps()).isEmpty();
    assertThat(plan(desired, aside, healthy).steps())
        .containsExactly(new Step.Stop(HUB, aside.id()));
  }

  @Test
  void whatStopsFirstIsStoppedBeforeItsImageIsFetchedAndRunsOnWhenThatFails() {
    var desired = updated(UpdateStrategy.STOP_FIRST, true);
    var old = container(HUB, Slot.CURRENT, "old", Phase.RUNNING, HealthState.NONE);
    var stop = new Step.Stop(HUB, old.id());
    assertThat(plan(desired, Set.of(), History.NONE, old).steps()).containsExactly(stop);

    var halted = container(HUB, Slot.CURRENT, "old", Phase.ENDED, HealthState.NONE);
    var stopped = History.NONE.beginning(List.of(stop));
    var pull = new Step.Pull(HUB, "image-a");
    assertThat(plan(desired, Set.of(), stopped, halted).steps()).contains(pull);

    var failed = stopped.after(pull, Optional.of("no registry"), NOW);
    assertThat(plan(desired, Set.of(), failed, halted).steps())
        .containsExactly(new Step.Start(HUB, old.id(), 1));
    var again = failed.after(new Step.Start(HUB, old.id(), 1), Optional.empty(), NOW);
    assertThat(plan(desired, Set.of(), again, old).steps()).isEmpty();
    assertThat(plan(desired, Set.of(), again, halted).steps()).isEmpty();
  }

  /** The hub at an order, and a cache of order 0 that needs it healthy. */
  private static List<DesiredModule> dependent(long hubsOrder) {
    return List.of(
        wanted(HUB, "a", RestartPolicy.ALWAYS, hubsOrder),
        new DesiredModule(
            CACHE,
            "a",
            "image-a",
            true,
            RestartPolicy.ALWAYS,
            true,
            0,
            ModuleUpdate.DEFAULT,
            Map.of(HUB, Readiness.HEALTHY)));
  }

  @Test
  void startsWhatDependsOnOthersWhenTheyHaveComeSoFar() {
    var desired = dependent(0);
    var cache = container(CACHE, Slot.CURRENT, "a", Phase.CREATED, HealthState.NONE);
    var starting = container(HUB, Slot.CURRENT, "a", Phase.RUNNING, HealthState.STARTING);
    var healthy = container(HUB, Slot.CURRENT, "a", Phase.RUNNING, HealthState.HEALTHY);
    assertThat(plan(desired, starting, cache))
        .isEqualTo(new Plan(List.of(), Optional.empty(), true));
    assertThat(plan(desired, healthy, cache).steps())
        .containsExactly(new Step.Start(CACHE, cache.id(), 0));
  }

  @Test
  void whatWaitsForAnotherHoldsUpNoStart() {
    var cache = container(CACHE, Slot.CURRENT, "a", Phase.CREATED, HealthState.NONE);
    var hub = container(HUB, Slot.CURRENT, "a", Phase.CREATED, HealthState.NONE);
    assertThat(plan(dependent(5), hub, cache).steps())
        .containsExactly(new Step.Start(HUB, hub.id(), 0));
  }

  @Test
  void anUpdateWaitsForWhatItDependsOnBesideWhatRuns() {
    var desired = dependent(0);
    var sick = container(HUB, Slot.CURRENT, "a", Phase.RUNNING, HealthState.STARTING);
    var old = container(CACHE, Slot.CURRENT, "old", Phase.RUNNING, HealthState.HEALTHY);
    var next = container(CACHE, Slot.NEXT, "a", Phase.CREATED, HealthState.NONE);
    var held = new Plan(List.of(), Optional.empty(), true);
    assertThat(plan(desired, sick, old)).isEqualTo(held);
    assertThat(plan(desired, sick, old, next)).isEqualTo(held);

    var aside = container(CACHE, Slot.PREVIOUS, "old", Phase.RUNNING, HealthState.HEALTHY);
    var made = container(CACHE, Slot.CURRENT, "a", Phase.CREATED, HealthState.NONE);
    assertThat(plan(desired, sick, aside, made)).isEqualTo(held);
    var still = container(CACHE, Slot.PREVIOUS, "old", Phase.ENDED, HealthState.NONE);
    assertThat(plan(desired, sick, still, made).steps())
        .containsExactly(new Step.Start(CACHE, still.id(), 1));

    var healthy = container(HUB, Slot.CURRENT, "a", Phase.RUNNING, HealthState.HEALTHY);
    assertThat(plan(desired, healthy, old).steps()).containsExactly(new Step.Create(CACHE, "a"));
    assertThat(plan(desired, healthy, aside, made).steps())
        .containsExactly(new Step.Stop(CACHE, aside.id()));
  }

  @Test
  void aFailureByAClockThatWasAheadHoldsNothingUp() {
    var pull = new Step.Pull(HUB, "image-a");
    var failed = History.NONE.after(pull, Optional.of("no registry"), NOW.plusSeconds(100_000));
    assertThat(plan(hub(RestartPolicy.ALWAYS), Set.of(), failed).steps()).containsExactly(pull);
  }

  @Test
  void startsInOrderAndStopsInReverse() {
    var desired =
        List.of(
            wanted(HUB, "a", RestartPolicy.ALWAYS, 0), wanted(CACHE, "a", RestartPolicy.ALWAYS, 1));
    var hub = container(HUB, Slot.CURRENT, "a", Phase.CREATED, HealthState.NONE);
    var cache = container(CACHE, Slot.CURRENT, "a", Phase.CREATED, HealthState.NONE);
    assertThat(plan(desired, hub, cache).steps()).containsExactly(new Step.Start(HUB, hub.id(), 0));

    var stopped =
        desired.stream()
            .map(m ->
                new DesiredModule(
                    m.id(),
                    "a",
                    "image-a",
                    false,
                    RestartPolicy.ALWAYS,
                    true,
                    m.order(),
                    m.update(),
                    Map.of()))
            .toList();
    var runningHub = container(HUB, Slot.CURRENT, "a", Phase.RUNNING, HealthState.NONE);
    var runningCache = container(CACHE, Slot.CURRENT, "a", Phase.RUNNING, HealthState.NONE);
    assertThat(plan(stopped, runningHub, runningCache).steps())
        .containsExactly(new Step.Stop(CACHE, runningCache.id()));
  }

  @Test
  void followsTheRestartPolicy() {
    var ended = container(HUB, Slot.CURRENT, "a", Phase.ENDED, HealthState.NONE);
    var sick = container(HUB, Slot.CURRENT, "a", Phase.RUNNING, HealthState.UNHEALTHY);
    assertThat(plan(hub(RestartPolicy.NEVER), ended).steps()).isEmpty();
    assertThat(plan(hub(RestartPolicy.NEVER), sick).steps()).isEmpty();
    assertThat(plan(hub(RestartPolicy.ON_FAILURE), ended).steps())
        .containsExactly(new Step.Start(HUB, ended.id(), 1));
    assertThat(plan(hub(RestartPolicy.ON_UNHEALTHY), sick).steps())
        .containsExactly(new Step.Stop(HUB, sick.id()));
  }

  @Test
  void waitsLongerAfterEachRestart() {
    var ended = container(HUB, Slot.CURRENT, "a", Phase.ENDED, HealthState.NONE);
    var history = History.NONE.after(new Step.Start(HUB, ended.id(), 2), Optional.empty(), NOW);
    var plan = plan(hub(RestartPolicy.ALWAYS), Set.of(), history, ended);
    assertThat(plan.steps()).isEmpty();
    assertThat(plan.wake()).contains(NOW.plusSeconds(19));
  }
}
