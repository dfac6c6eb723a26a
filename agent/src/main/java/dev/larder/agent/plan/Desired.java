package dev.larder.agent.plan;

import dev.larder.common.id.ModuleId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What should run: every module but the agent, in start order. */
public record Desired(List<DesiredModule> modules) {
  public Desired {
    modules =
        modules.stream()
            .sorted(
                Comparator.comparingLong(DesiredModule::order)
                    .thenComparing(module -> module.id().value()))
            .toList();
  }

  /** Whether a module still needs what this pull fetches. */
  public boolean wants(Step.Pull pull) {
    return module(pull.module()).map(module -> module.image().equals(pull.image())).orElse(false);
  }

  public Optional<DesiredModule> module(ModuleId id) {
    return modules.stream().filter(module -> module.id().equals(id)).findFirst();
  }
}
