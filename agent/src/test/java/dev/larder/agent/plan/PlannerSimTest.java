package dev.larder.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.RestartPolicy;
import dev.larder.common.manifest.UpdateStrategy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Thousands of histories with failing steps, dying containers and manifests that change. */
class PlannerSimTest {
  private static final int HISTORIES = 2000;
  private static final int TURNS = 60;

  /** What ends again and again while its update waits for the next day is started 288 times. */
  private static final int TURNS_TO_CONVERGE = 5000;

  @Test
  void convergesWhenFaultsEndAndHarmsNothingOnTheWay() {
    int takenBack = 0;
    int held = 0;
    int waited = 0;
    for (long seed = 1; seed <= HISTORIES; seed++) {
      var life = new Life(seed);
      life.live();
      takenBack += life.takenBack;
      held += life.held;
      waited += life.waited;
    }
    assertThat(takenBack).as("updates that were taken back").isGreaterThan(HISTORIES / 10);
    assertThat(held).as("turns with an update that waits").isGreaterThan(HISTORIES);
    assertThat(waited).as("modules that wait in the end").isBetween(1, HISTORIES / 10);
  }

  private static final class Life {
    private final String seed;
    private final RandomGenerator random;
    private final SimulatedEngine engine;
    private final Map<ModuleId, Step> busy = new HashMap<>();
    private final Map<ModuleId, Step> pulls = new HashMap<>();
    private final SimulatedManifests manifests;
    private Desired desired;
    private History history = History.NONE;
    private History onDisk = History.NONE;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int takenBack;
    private int held;
    private int waited;

    Life(long seed) {
      this.seed = "seed " + seed;
      random = new Random(seed);
      engine = new SimulatedEngine(random);
      engine.addForeign("alpha-of-nobody", "", now);
      engine.addForeign("other-alpha", "other", now);
      manifests = new SimulatedManifests(random, engine.bad);
      desired = manifests.after(new Desired(List.of()));
    }

    void live() {
      var foreign = foreign();
      for (int i = 0; i < TURNS; i++) {
        happen();
        turn(0.3);
        engine.ripen(now);
        now = now.plusSeconds(random.nextInt(20));
      }
      settle();
      assertThat(foreign()).as(seed).isEqualTo(foreign);
      leavesUntouchedModulesAlone();
    }

    private void happen() {
      if (random.nextInt(12) == 0) {
        desired = manifests.after(desired);
      }
      if (random.nextInt(8) == 0) {
        engine.misfortune(now);
      }
      if (random.nextInt(10) == 0) {
        // Somebody loaded an image.
        engine.images.add("image" + random.nextInt(4));
      }
      if (random.nextInt(20) == 0) {
        // The agent was killed and started: it has forgotten all it had not finished, but for what
        // it has on disk. The engine may end without it what it was in the middle of.
        busy.values().stream()
            .filter(_ -> random.nextBoolean())
            .forEach(step -> engine.run(step, desired, now, 0));
        busy.clear();
        pulls.clear();
        history = onDisk;
      }
    }

    /** What an agent that is started anew knows; it is written before steps begin. */
    private History kept() {
      var kept = new HashMap<ModuleId, ModuleHistory>();
      history
          .modules()
          .forEach((id, one) -> kept.put(id, ModuleHistory.of(one.rejection(), one.halted())));
      return new History(kept);
    }

    private Plan turn(double failing) {
      var actual = actual();
      history = history.pruned(desired, actual);
      var plan = Planner.plan(desired, actual, history, now);
      history = history.beginning(plan.steps());
      onDisk = kept();
      var modules = new HashSet<ModuleId>();
      held += ApplyWhenRule.held(desired, actual, now);
      for (var step : plan.steps()) {
        check(
            ApplyWhenRule.keeps(step, desired, actual, history, now),
            "outside its window " + step,
            actual);
        check(isSafe(step, actual), "unsafe " + step.getClass(), actual);
        if (step instanceof Step.Pull) {
          pulls.put(step.module(), step);
        } else {
          var isFree = modules.add(step.module()) && !busy.containsKey(step.module());
          check(isFree, "more than one step a module", actual);
          busy.put(step.module(), step);
        }
      }
      end(busy, failing);
      end(pulls, failing);
      return plan;
    }

    private void check(boolean holds, String otherwise, Actual actual) {
      if (!holds) {
        throw new AssertionError(seed + ": " + otherwise + " in " + actual);
      }
    }

    /** Some of what is under way ends. */
    private void end(Map<ModuleId, Step> underWay, double failing) {
      for (var step : List.copyOf(underWay.values())) {
        if (failing == 0 || random.nextInt(3) > 0) {
          history = history.after(step, engine.run(step, desired, now, failing), now);
          underWay.remove(step.module());
        }
      }
    }

    private Actual actual() {
      var images = new HashMap<String, String>();
      engine.images.forEach(image -> images.put(image, "sha256:" + image));
      return new Actual(engine.observe(), images, busy, pulls.keySet());
    }

    private boolean isSafe(Step step, Actual actual) {
      var wanted = desired.module(step.module());
      return wanted.isEmpty()
          || switch (step) {
            case Step.Remove remove -> mayGo(remove, wanted.get(), actual);
            case Step.Stop stop -> mayStop(stop, wanted.get(), actual);
            case Step.Start start -> mayStart(start, wanted.get(), actual);
            case Step.Pull _,
                Step.Create _,
                Step.Connect _,
                Step.Rename _,
                Step.SetAside _,
                Step.Restore _,
                Step.Reject _ ->
                true;
          };
    }

    /**
     * An old container of a wanted module goes only when the new one is there; the last good one
     * only when the new one has proven itself.
     */
    private boolean mayGo(Step.Remove remove, DesiredModule wanted, Actual actual) {
      var isLastGood =
          actual
              .in(Slot.PREVIOUS, wanted.id())
              .filter(c -> c.id().equals(remove.container()))
              .isPresent();
      return isLastGood
          ? isProven(wanted, actual)
          : actual.of(wanted.id()).stream().anyMatch(c -> !c.id().equals(remove.container()));
    }

    /** What was taken back, or ended because it was stopped, has proven nothing. */
    private boolean isProven(DesiredModule wanted, Actual actual) {
      return actual
          .current(wanted.id())
          .filter(c -> !history.of(wanted.id()).hasRejected(c.spec()))
          .filter(c -> !wanted.run() || !engine.halted.contains(c.id()))
          .map(c -> Trial.of(wanted, c, history.of(wanted.id()), now))
          .filter(Trial.Proven.class::isInstance)
          .isPresent();
    }

    /** What was taken back is not started while there is something to go back to. */
    private boolean mayStart(Step.Start start, DesiredModule wanted, Actual actual) {
      return actual.in(Slot.PREVIOUS, wanted.id()).isEmpty()
          || actual.of(wanted.id()).stream()
              .filter(c -> c.id().equals(start.container()) && c.slot() != Slot.PREVIOUS)
              .noneMatch(c -> history.of(wanted.id()).hasRejected(c.spec()));
    }

    /** Of a module that is handed over one copy runs all the time, if one did. */
    private boolean mayStop(Step.Stop stop, DesiredModule wanted, Actual actual) {
      var container =
          actual.of(wanted.id()).stream().filter(c -> c.id().equals(stop.container())).findFirst();
      boolean isSick = container.orElseThrow().health() == HealthState.UNHEALTHY;
      boolean isStray = container.get().slot() == Slot.STRAY;
      if (startsNothing(container.get(), wanted, actual)) {
        return false;
      }
      return !wanted.run()
          || isSick
          || isStray
          || isProven(wanted, actual)
          || !wanted.update().rollback()
          || wanted.update().strategy() != UpdateStrategy.HAND_OVER
          || actual.of(wanted.id()).stream()
              .anyMatch(c -> c.isRunning() && !c.id().equals(stop.container()));
    }

    /**
     * Whether a running container is stopped for one that what it depends on does not let start.
     */
    private boolean startsNothing(Container stopped, DesiredModule wanted, Actual actual) {
      return wanted.run()
          && stopped.slot() != Slot.STRAY
          && stopped.health() != HealthState.UNHEALTHY
          && actual.isWaiting(wanted)
          && actual.of(wanted.id()).stream()
              .anyMatch(c -> c.phase() == Phase.CREATED && c.spec().equals(wanted.spec()))
          && actual.of(wanted.id()).stream().filter(Container::isRunning).count() == 1
          && !history.of(wanted.id()).hasRejected(stopped.spec());
    }

    private void settle() {
      for (int i = 0; i < TURNS_TO_CONVERGE; i++) {
        engine.ripen(now);
        mendWhatHasNoAlternative();
        var isIdle = busy.isEmpty() && pulls.isEmpty();
        var plan = turn(0);
        if (isIdle && plan.steps().isEmpty() && plan.wake().isEmpty()) {
          isAsDesired();
          return;
        }
        now = plan.wake().filter(at -> at.isAfter(now) && plan.steps().isEmpty()).orElse(now);
      }
      throw new AssertionError(seed + " did not converge: " + desired + " " + actual());
    }

    /** What is bad stays so only where there is something to go back to. */
    private void mendWhatHasNoAlternative() {
      for (var module : desired.modules()) {
        if (!module.mayPull()) {
          engine.images.add(module.image());
        }
        boolean hasOther =
            engine.observe().stream()
                .filter(c -> c.module().equals(module.id()))
                .anyMatch(c -> !engine.bad.contains(c.spec()));
        if (!hasOther || !module.update().rollback() || actual().isWaiting(module)) {
          engine.bad.remove(module.spec());
          actual().of(module.id()).forEach(c -> engine.bad.remove(c.spec()));
        }
        actual().of(module.id()).stream()
            .filter(c -> isAllThereIs(c, module))
            .forEach(c -> engine.stuck.remove(c.id()));
      }
    }

    /** Whether no other container can be made that would run instead. */
    private boolean isAllThereIs(Container container, DesiredModule module) {
      return container.spec().equals(module.spec())
          || history.of(module.id()).hasRejected(module.spec())
          || actual().isWaiting(module);
    }

    private void isAsDesired() {
      var containers = engine.observe();
      var waiting = desired.modules().stream().filter(actual()::isWaiting).toList();
      waited += waiting.size();
      desired.modules().stream()
          .filter(DesiredModule::run)
          .flatMap(module -> actual().of(module.id()).stream())
          .forEach(c -> assertThat(engine.halted).as(seed).doesNotContain(c.id()));
      if (waiting.isEmpty()) {
        assertThat(containers).as(seed).hasSize(desired.modules().size());
      }
      for (var module : desired.modules()) {
        if (!waiting.contains(module)) {
          isAsDesired(module);
        }
      }
    }

    private void isAsDesired(DesiredModule module) {
      var container = actual().current(module.id()).orElseThrow();
      boolean isTakenBack = history.of(module.id()).hasRejected(module.spec());
      if (!isTakenBack || container.spec().equals(module.spec())) {
        assertThat(container.spec()).as(seed).isEqualTo(module.spec());
      } else {
        assertThat(module.update().rollback()).as(seed).isTrue();
        takenBack++;
      }
      if (module.run()) {
        assertThat(engine.bad).as(seed).doesNotContain(container.spec());
      }
      if (!module.run()) {
        assertThat(container.isRunning()).as(seed).isFalse();
      } else if (module.restartPolicy() == RestartPolicy.ALWAYS
          || module.restartPolicy() == RestartPolicy.ON_UNHEALTHY) {
        assertThat(container.isRunning()).as(seed).isTrue();
      }
    }

    /** A manifest that changes one module disturbs no other. */
    private void leavesUntouchedModulesAlone() {
      if (desired.modules().stream().anyMatch(actual()::isWaiting)) {
        return;
      }
      engine.disturbed.clear();
      var before = engine.observe();
      var modules = new ArrayList<>(desired.modules());
      modules.removeIf(module -> module.id().value().equals("alpha"));
      modules.add(manifests.fresh(ModuleId.of("alpha")));
      desired = new Desired(modules);
      settle();
      var disturbed =
          before.stream()
              .filter(c -> !c.module().value().equals("alpha"))
              .filter(c -> engine.disturbed.contains(c.id()));
      assertThat(disturbed).as(seed).isEmpty();
    }

    private Set<SimulatedEngine.Held> foreign() {
      var held = new HashSet<>(engine.byId.values());
      held.removeIf(one -> one.instance().equals("sim"));
      return held;
    }
  }

  @Test
  void backsOffFromTenSecondsToFiveMinutes() {
    assertThat(List.of(0, 1, 2, 3, 5, 6, 1000).stream().map(Backoff::after).toList())
        .isEqualTo(
            List.of(0, 10, 20, 40, 160, 300, 300).stream().map(Duration::ofSeconds).toList());
  }
}
