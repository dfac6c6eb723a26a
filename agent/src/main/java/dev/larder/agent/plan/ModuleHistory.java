package dev.larder.agent.plan;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What happened to a module so far.
 *
 * @param failures of steps, by {@link Step#subject}, that have not succeeded since
 * @param started the container that the agent started last
 * @param restartCount all since the agent started
 * @param halted the containers that the agent has begun to stop and not started since
 * @param rejection of what did not prove itself
 */
public record ModuleHistory(
    Map<String, Failure> failures,
    Optional<Started> started,
    int restartCount,
    Set<String> halted,
    Optional<Rejection> rejection) {
  public static final ModuleHistory NONE =
      new ModuleHistory(Map.of(), Optional.empty(), 0, Set.of(), Optional.empty());

  /**
   * A start.
   *
   * @param restarts in a row, without a steady run between; 0 for the first start
   */
  record Started(String container, int restarts) {}

  /** All that is known of a module after the agent was started anew. */
  public static ModuleHistory of(Optional<Rejection> rejection, Set<String> halted) {
    return new ModuleHistory(Map.of(), Optional.empty(), 0, halted, rejection);
  }

  public ModuleHistory {
    failures = Map.copyOf(failures);
    halted = Set.copyOf(halted);
  }

  /** The failure that is retried last, which is the one to tell of. */
  public Optional<Failure> worst() {
    return failures.values().stream().max(Comparator.comparing(Failure::retryAt));
  }

  /** Whether something was tried and taken back. */
  public boolean hasRejected(String spec) {
    return rejection.filter(one -> one.spec().equals(spec)).isPresent();
  }

  /** Whether this container was started, and no other since. */
  boolean hasStarted(String container) {
    return started.filter(start -> start.container().equals(container)).isPresent();
  }

  /** How often in a row this container was started again. */
  int restarts(String container) {
    return hasStarted(container) ? started.map(Started::restarts).orElse(0) : 0;
  }

  /** Whether the agent stopped this container and has not started it since. */
  boolean hasHalted(String container) {
    return halted.contains(container);
  }

  Optional<Failure> failure(Step step) {
    return Optional.ofNullable(failures.get(step.subject()));
  }

  /** Before a step begins: a stop may come to its end when nobody is left to take note of it. */
  ModuleHistory beginning(Step step) {
    if (!(step instanceof Step.Stop stop)) {
      return this;
    }
    var all = new HashSet<>(halted);
    all.add(stop.container());
    return new ModuleHistory(failures, started, restartCount, all, rejection);
  }

  ModuleHistory failed(Step step, String reason, Instant now) {
    var count = failure(step).map(Failure::count).orElse(0) + 1;
    var all = new HashMap<>(failures);
    all.put(step.subject(), new Failure(count, now, reason));
    return new ModuleHistory(all, started, restartCount, halted, rejection);
  }

  ModuleHistory succeeded(Step step, Instant now) {
    var rest = new HashMap<>(failures);
    rest.remove(step.subject());
    if (step instanceof Step.OnContainer on) {
      // In another place, or stopped, it may be started as well as any.
      rest.remove(new Step.Start(step.module(), on.container(), 0).subject());
    }
    return switch (step) {
      case Step.Start start ->
          new ModuleHistory(
              rest,
              Optional.of(new Started(start.container(), start.attempt())),
              restartCount + (start.attempt() > 0 ? 1 : 0),
              without(start.container()),
              rejection);
      case Step.Reject reject ->
          new ModuleHistory(
              rest,
              started,
              restartCount,
              halted,
              Optional.of(new Rejection(reject.spec(), reject.reason(), now)));
      case Step.Pull _,
          Step.Create _,
          Step.Connect _,
          Step.Stop _,
          Step.Remove _,
          Step.SetAside _,
          Step.Restore _,
          Step.Rename _ ->
          new ModuleHistory(rest, started, restartCount, halted, rejection);
    };
  }

  private Set<String> without(String container) {
    var rest = new HashSet<>(halted);
    rest.remove(container);
    return rest;
  }

  /**
   * Without what can no longer matter.
   *
   * @param subjects of failures that can
   * @param specs that are wanted, or that containers were made from
   * @param still the containers that stand still, or may soon
   */
  ModuleHistory keeping(Set<String> subjects, Set<String> specs, Set<String> still) {
    var rest = new HashMap<>(failures);
    rest.keySet().retainAll(subjects);
    var stopped = new HashSet<>(halted);
    stopped.retainAll(still);
    return new ModuleHistory(
        rest, started, restartCount, stopped, rejection.filter(one -> specs.contains(one.spec())));
  }
}
