package dev.larder.agent.plan;

import dev.larder.common.id.ModuleId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Decides what to do next. Every module has its own worker: a module in the middle of a step, or
 * waiting after a failure, holds up no other, but for two orders: a module starts after those of
 * lower start order that are on their way, and stops after those of higher order that are stopping.
 * One that waits for what it depends on is not on its way.
 */
public final class Planner {
  private final Desired desired;
  private final Actual actual;
  private final History history;
  private final Instant now;
  private final List<Move> moves = new ArrayList<>();
  private final List<Step> pulls = new ArrayList<>();
  private Optional<Instant> wake = Optional.empty();
  private boolean held;

  /**
   * A module's step, now or under way.
   *
   * @param halting whether the module is meant to stand still in the end
   */
  private record Move(Step step, long order, boolean halting, boolean underWay) {}

  private Planner(Desired desired, Actual actual, History history, Instant now) {
    this.desired = desired;
    this.actual = actual;
    this.history = history;
    this.now = now;
  }

  public static Plan plan(Desired desired, Actual actual, History history, Instant now) {
    return new Planner(desired, actual, history, now).plan();
  }

  private Plan plan() {
    var wanted = new HashSet<String>();
    for (var module : desired.modules()) {
      wanted.add(module.id().value());
      var planner = new ModulePlanner(module.id(), actual, history.of(module.id()), now);
      var pull = planner.pull(module);
      pull.step().ifPresent(pulls::add);
      wakeAt(pull.wake());
      note(module.id(), planner.wanted(module), module.order(), !module.run());
    }
    for (var id : leftOver(wanted)) {
      var order = actual.of(id).getFirst().order();
      note(id, new ModulePlanner(id, actual, history.of(id), now).unwanted(), order, true);
    }
    var free = moves.stream().filter(move -> !move.underWay() && !isHeld(move)).map(Move::step);
    var steps = Stream.concat(pulls.stream(), free).toList();
    return new Plan(steps, wake, held || moves.stream().anyMatch(this::isHeld));
  }

  private List<ModuleId> leftOver(Set<String> wanted) {
    return actual.moduleIds().stream()
        .filter(id -> !wanted.contains(id))
        .map(ModuleId::of)
        .toList();
  }

  private void note(ModuleId id, Next next, long order, boolean halting) {
    var busy = actual.busy().get(id);
    if (busy != null) {
      moves.add(new Move(busy, order, halting, true));
      return;
    }
    next.step().ifPresent(step -> moves.add(new Move(step, order, halting, false)));
    wakeAt(next.wake());
    held |= next.held();
  }

  private boolean isHeld(Move move) {
    return switch (move.step()) {
      case Step.Start _ -> isBehind(move) || waits(move);
      case Step.Stop _ ->
          move.halting()
              && moves.stream()
                  .anyMatch(other ->
                      other.halting()
                          && other.step() instanceof Step.Stop
                          && other.order() > move.order());
      case Step.Pull _,
          Step.Create _,
          Step.Connect _,
          Step.Remove _,
          Step.SetAside _,
          Step.Restore _,
          Step.Reject _,
          Step.Rename _ ->
          false;
    };
  }

  /** Whether a module of lower start order is on its way. */
  private boolean isBehind(Move move) {
    return moves.stream()
        .anyMatch(other -> !other.halting() && other.order() < move.order() && !waits(other));
  }

  /** Whether what it depends on has not come far enough; a restart does not ask. */
  private boolean waits(Move move) {
    return !move.underWay()
        && move.step() instanceof Step.Start start
        && start.attempt() == 0
        && desired.module(start.module()).filter(actual::isWaiting).isPresent();
  }

  private void wakeAt(Optional<Instant> instant) {
    wake = earlier(wake, instant);
  }

  static Optional<Instant> earlier(Optional<Instant> one, Optional<Instant> other) {
    return Stream.concat(one.stream(), other.stream()).min(Instant::compareTo);
  }
}
