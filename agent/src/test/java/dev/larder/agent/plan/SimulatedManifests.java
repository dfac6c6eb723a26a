package dev.larder.agent.plan;

import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.ModuleUpdate;
import dev.larder.common.manifest.Readiness;
import dev.larder.common.manifest.RestartPolicy;
import dev.larder.common.manifest.UpdateStrategy;
import dev.larder.common.schedule.WeeklyHours;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Manifests by chance, each from the one before. */
final class SimulatedManifests {
  private static final List<String> MODULES = List.of("alpha", "beta", "gamma", "delta");

  private final RandomGenerator random;
  private final Set<String> bad;
  private int specs;

  /**
   * The first is still to come.
   *
   * @param bad takes the specs of which nothing good comes
   */
  SimulatedManifests(RandomGenerator random, Set<String> bad) {
    this.random = random;
    this.bad = bad;
  }

  /** Another manifest: each module is kept, changed, dropped or added. */
  Desired after(Desired before) {
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
    return new Desired(modules.stream().map(module -> dependent(module, modules)).toList());
  }

  /** A module that may need some of those that come before it by name. */
  private DesiredModule dependent(DesiredModule module, List<DesiredModule> all) {
    var dependsOn = new HashMap<ModuleId, Readiness>();
    for (var other : all) {
      boolean isBefore = MODULES.indexOf(other.id().value()) < MODULES.indexOf(module.id().value());
      if (isBefore && other.run() && random.nextInt(6) == 0) {
        dependsOn.put(other.id(), random.nextBoolean() ? Readiness.RUNNING : Readiness.HEALTHY);
      }
    }
    return new DesiredModule(
        module.id(),
        module.spec(),
        module.image(),
        module.run(),
        module.restartPolicy(),
        module.mayPull(),
        module.order(),
        module.update(),
        dependsOn);
  }

  DesiredModule fresh(ModuleId id) {
    var policies = RestartPolicy.values();
    var strategies = UpdateStrategy.values();
    var spec = "spec" + specs++;
    if (random.nextInt(4) == 0) {
      bad.add(spec);
    }
    return new DesiredModule(
        id,
        spec,
        "image" + random.nextInt(4),
        random.nextInt(6) > 0,
        policies[random.nextInt(policies.length)],
        random.nextInt(8) > 0,
        random.nextInt(3),
        new ModuleUpdate(
            strategies[random.nextInt(strategies.length)],
            random.nextInt(4) > 0,
            Duration.ofSeconds(60),
            window()),
        Map.of());
  }

  /** Some minutes of a history's first half hour, and of that of every day. */
  private Optional<WeeklyHours> window() {
    var from = LocalTime.MIDNIGHT.plusMinutes(random.nextInt(30));
    return random.nextBoolean()
        ? Optional.empty()
        : Optional.of(WeeklyHours.everyDay(from, from.plusMinutes(1 + random.nextInt(10))));
  }
}
