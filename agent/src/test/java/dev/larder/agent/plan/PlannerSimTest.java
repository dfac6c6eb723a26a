package dev.larder.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.RestartPolicy;
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
  private static final int HISTORIES = 4000;
  private static final int TURNS = 60;
  private static final int TURNS_TO_CONVERGE = 400;
  private static final List<String> MODULES = List.of("alpha", "beta", "gamma", "delta");

  @Test
  void convergesWhenFaultsEndAndHarmsNothingOnTheWay() {
    for (long seed = 1; seed <= HISTORIES; seed++) {
      new Life(seed).live();
    }
  }

  private static final class Life {
    private final String seed;
    private final RandomGenerator random;
    private final SimulatedEngine engine;
    private final Map<ModuleId, Step> busy = new HashMap<>();
    private final Map<ModuleId, Step> pulls = new HashMap<>();
    private Desired desired;
    private History history = History.NONE;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int specs;

    Life(long seed) {
      this.seed = "seed " + seed;
      random = new Random(seed);
      engine = new SimulatedEngine(random);
      engine.addForeign("alpha-of-nobody", "", now);
      engine.addForeign("other-alpha", "other", now);
      desired = manifest(new Desired(List.of()));
    }

    void live() {
      var foreign = foreign();
      for (int i = 0; i < TURNS; i++) {
        happen();
        turn(0.3);
        now = now.plusSeconds(random.nextInt(20));
      }
      settle();
      assertThat(foreign()).as(seed).isEqualTo(foreign);
      leavesUntouchedModulesAlone();
    }

    private void happen() {
      if (random.nextInt(12) == 0) {
        desired = manifest(desired);
      }
      if (random.nextInt(8) == 0) {
        engine.misfortune(now);
      }
      if (random.nextInt(20) == 0) {
        // The agent was killed and started: it has forgotten all it had not finished.
        busy.clear();
        pulls.clear();
        history = History.NONE;
      }
    }

    /** Another manifest: each module is kept, changed, dropped or added. */
    private Desired manifest(Desired before) {
      var modules = new ArrayList<DesiredModule>();
      for (var name : MODULES) {
        var id = ModuleId.of(name);
        var kept = before.module(id);
        switch (random.nextInt(4)) {
          case 0 -> {}
          case 1 -> modules.add(fresh(id));
          default -> modules.add(kept.orElseGet(() -> fresh(id)));
        }
      }
      return new Desired(modules);
    }

    private DesiredModule fresh(ModuleId id) {
      var policies = RestartPolicy.values();
      return new DesiredModule(
          id,
          "spec" + specs++,
          "image" + random.nextInt(4),
          random.nextInt(6) > 0,
          policies[random.nextInt(policies.length)],
          true,
          random.nextInt(3),
          true);
    }

    private Plan turn(double failing) {
      var actual = actual();
      history = history.pruned(desired, actual);
      var plan = Planner.plan(desired, actual, history, now);
      var modules = new HashSet<ModuleId>();
      for (var step : plan.steps()) {
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

    /** An old container of a wanted module goes only when the new one is there. */
    private boolean isSafe(Step step, Actual actual) {
      var wanted = desired.module(step.module());
      if (wanted.isEmpty() || !(step instanceof Step.Remove remove)) {
        return true;
      }
      return actual.of(step.module()).stream()
          .anyMatch(other -> !other.id().equals(remove.container()));
    }

    private void settle() {
      for (int i = 0; i < TURNS_TO_CONVERGE; i++) {
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

    private void isAsDesired() {
      var containers = engine.observe();
      assertThat(containers).as(seed).hasSize(desired.modules().size());
      for (var module : desired.modules()) {
        var container = actual().current(module.id()).orElseThrow();
        assertThat(container.spec()).as(seed).isEqualTo(module.spec());
        if (!module.run()) {
          assertThat(container.isRunning()).as(seed).isFalse();
        } else if (module.restartPolicy() == RestartPolicy.ALWAYS) {
          assertThat(container.isRunning()).as(seed).isTrue();
        }
      }
    }

    /** A manifest that changes one module disturbs no other. */
    private void leavesUntouchedModulesAlone() {
      engine.disturbed.clear();
      var before = engine.observe();
      var modules = new ArrayList<>(desired.modules());
      modules.removeIf(module -> module.id().value().equals("alpha"));
      modules.add(fresh(ModuleId.of("alpha")));
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
