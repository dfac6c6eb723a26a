package dev.larder.agent.plan;

import dev.larder.common.id.ModuleId;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What happened so far, by module. */
public record History(Map<ModuleId, ModuleHistory> modules) {
  public static final History NONE = new History(Map.of());

  public History {
    modules = Map.copyOf(modules);
  }

  public ModuleHistory of(ModuleId module) {
    return modules.getOrDefault(module, ModuleHistory.NONE);
  }

  /** Before these steps begin. */
  public History beginning(List<Step> steps) {
    var all = new HashMap<>(modules);
    for (var step : steps) {
      all.put(step.module(), of(step.module()).beginning(step));
    }
    return new History(all);
  }

  /** After a step ended; {@code problem} is empty when it succeeded. */
  public History after(Step step, Optional<String> problem, Instant now) {
    var before = of(step.module());
    var all = new HashMap<>(modules);
    all.put(
        step.module(),
        problem
            .map(reason -> before.failed(step, reason, now))
            .orElseGet(() -> before.succeeded(step, now)));
    return new History(all);
  }

  /**
   * Without what can no longer matter: how a container came about that is made, other images and
   * specs, containers that are gone, or stand still as they are to.
   */
  public History pruned(Desired desired, Actual actual) {
    var kept = new HashMap<ModuleId, ModuleHistory>();
    modules.forEach((id, history) -> {
      var subjects = new HashSet<String>();
      var wanted = desired.module(id);
      wanted
          .filter(module -> !actual.hasMade(module))
          .ifPresent(module -> {
            subjects.add(new Step.Pull(id, module.image()).subject());
            subjects.add(new Step.Create(id, module.spec()).subject());
          });
      var containers = actual.of(id);
      containers.stream()
          .filter(c -> wanted.stream().noneMatch(module -> isAtRest(module, c)))
          .forEach(c -> {
            subjects.add(new Step.Stop(id, c.id()).subject());
            subjects.add(new Step.Start(id, c.id(), 0).subject());
          });
      var still = new HashSet<String>();
      containers.stream()
          .filter(c -> !c.isRunning() || actual.busy().containsKey(id))
          .forEach(c -> still.add(c.id()));
      var specs = new HashSet<String>();
      wanted.ifPresent(module -> specs.add(module.spec()));
      containers.forEach(c -> specs.add(c.spec()));
      if (wanted.isPresent() || !containers.isEmpty()) {
        kept.put(id, history.keeping(subjects, specs, still));
      }
    });
    return new History(kept);
  }

  private static boolean isAtRest(DesiredModule wanted, Container container) {
    return !wanted.run()
        && !container.isRunning()
        && container.slot() == Slot.CURRENT
        && container.spec().equals(wanted.spec());
  }
}
