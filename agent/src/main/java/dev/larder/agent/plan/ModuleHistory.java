package dev.larder.agent.plan;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What happened to a module so far.
 *
 * @param failures of steps, by {@link Step#subject}, that have not succeeded since
 * @param restarts in a row, without a steady run between
 * @param restartCount all since the agent started
 * @param halted the container that the agent stopped and has not started since
 */
public record ModuleHistory(
    Map<String, Failure> failures, int restarts, int restartCount, Optional<String> halted) {
  public static final ModuleHistory NONE = new ModuleHistory(Map.of(), 0, 0, Optional.empty());

  public ModuleHistory {
    failures = Map.copyOf(failures);
  }

  /** The failure that is retried last, which is the one to tell of. */
  public Optional<Failure> worst() {
    return failures.values().stream().max(Comparator.comparing(Failure::retryAt));
  }

  Optional<Failure> failure(Step step) {
    return Optional.ofNullable(failures.get(step.subject()));
  }

  ModuleHistory failed(Step step, String reason, Instant now) {
    var count = failure(step).map(Failure::count).orElse(0) + 1;
    var all = new HashMap<>(failures);
    all.put(step.subject(), new Failure(count, now, reason));
    return new ModuleHistory(all, restarts, restartCount, halted);
  }

  ModuleHistory succeeded(Step step) {
    var rest = new HashMap<>(failures);
    rest.remove(step.subject());
    return switch (step) {
      case Step.Start start ->
          new ModuleHistory(
              rest,
              start.attempt(),
              restartCount + (start.attempt() > 0 ? 1 : 0),
              Optional.empty());
      case Step.Stop stop ->
          new ModuleHistory(rest, restarts, restartCount, Optional.of(stop.container()));
      case Step.Pull _, Step.Create _, Step.Connect _, Step.Remove _, Step.Rename _ ->
          new ModuleHistory(rest, restarts, restartCount, halted);
    };
  }

  ModuleHistory keeping(Set<String> subjects) {
    var rest = new HashMap<>(failures);
    rest.keySet().retainAll(subjects);
    return new ModuleHistory(rest, restarts, restartCount, halted);
  }
}
