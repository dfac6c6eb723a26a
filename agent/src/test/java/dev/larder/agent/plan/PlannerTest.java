package dev.larder.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.RestartPolicy;
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
    return new DesiredModule(id, spec, "image-" + spec, true, policy, true, order, true);
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
    assertThat(later).isEqualTo(new Plan(List.of(), Optional.of(NOW.plusSeconds(10))));

    var died = container(HUB, Slot.CURRENT, "old", Phase.ENDED, HealthState.NONE);
    assertThat(plan(hub(RestartPolicy.ALWAYS), Set.of(), failed, died).steps())
        .containsExactly(new Step.Start(HUB, died.id(), 1));
  }

  @Test
  void replacesByCreateStopRemoveRenameStart() {
    var old = container(HUB, Slot.CURRENT, "old", Phase.RUNNING, HealthState.NONE);
    var ended = container(HUB, Slot.CURRENT, "old", Phase.ENDED, HealthState.NONE);
    var next = container(HUB, Slot.NEXT, "a", Phase.CREATED, HealthState.NONE);
    var named = container(HUB, Slot.CURRENT, "a", Phase.CREATED, HealthState.NONE);
    var desired = hub(RestartPolicy.ALWAYS);
    assertThat(plan(desired, old).steps()).containsExactly(new Step.Create(HUB, "a"));
    assertThat(plan(desired, old, next).steps()).containsExactly(new Step.Stop(HUB, old.id()));
    assertThat(plan(desired, ended, next).steps())
        .containsExactly(new Step.Remove(HUB, ended.id()));
    assertThat(plan(desired, next).steps()).containsExactly(new Step.Rename(HUB, next.id()));
    assertThat(plan(desired, named).steps()).containsExactly(new Step.Start(HUB, named.id(), 0));
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
                    m.id(), "a", "image-a", false, RestartPolicy.ALWAYS, true, m.order(), true))
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
