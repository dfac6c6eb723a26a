package dev.larder.agent.plan;

import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.RestartPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The next step of one module, as if it were alone.
 *
 * <pre>
 *   nothing ── Create ──► next ── Rename ──► current ── Start ──► running
 *   current (old) + next (new): Stop, Remove the old one; then Rename, Start
 * </pre>
 *
 * The old container goes only when the new one is made, and keeps being cared for until then. It is
 * stopped before the new one starts because both may want one port or one folder.
 */
final class ModulePlanner {
  /** A run as long as this makes earlier restarts forgotten. */
  static final Duration STEADY = Duration.ofMinutes(10);

  private final ModuleId id;
  private final Actual actual;
  private final ModuleHistory history;
  private final Instant now;

  /** What comes next: a step now, or an instant to look again, or neither. */
  record Next(Optional<Step> step, Optional<Instant> wake) {
    static final Next REST = new Next(Optional.empty(), Optional.empty());

    static Next at(Instant instant) {
      return new Next(Optional.empty(), Optional.of(instant));
    }
  }

  ModulePlanner(ModuleId id, Actual actual, ModuleHistory history, Instant now) {
    this.id = id;
    this.actual = actual;
    this.history = history;
    this.now = now;
  }

  /** A module that the manifest does not name: its containers go, one by one. */
  Next unwanted() {
    return actual.of(id).stream().findFirst().map(this::discard).orElse(Next.REST);
  }

  /** The pull that a wanted module needs before its container can be made. */
  Next pull(DesiredModule wanted) {
    var made = actual.of(id).stream().anyMatch(c -> c.spec().equals(wanted.spec()));
    return made || !wanted.mayPull() || has(wanted.image()) || actual.pulling().contains(id)
        ? Next.REST
        : unlessFailed(new Step.Pull(id, wanted.image()));
  }

  Next wanted(DesiredModule wanted) {
    var current = actual.in(Slot.CURRENT, id);
    var next = actual.in(Slot.NEXT, id);
    var stray = actual.in(Slot.STRAY, id);
    if (stray.isPresent()) {
      return current.isEmpty() && next.isEmpty() ? rename(stray.get()) : discard(stray.get());
    }
    if (next.isPresent()) {
      return replace(wanted, current, next.get());
    }
    if (current.isPresent() && current.get().spec().equals(wanted.spec())) {
      return live(wanted, current.get());
    }
    var create = has(wanted.image()) ? unlessFailed(new Step.Create(id, wanted.spec())) : Next.REST;
    if (create.step().isPresent() || current.isEmpty()) {
      return create;
    }
    var live = live(wanted, current.get());
    return new Next(live.step(), Planner.earlier(live.wake(), create.wake()));
  }

  private Next replace(DesiredModule wanted, Optional<Container> current, Container next) {
    if (current.isEmpty()) {
      return rename(next);
    }
    var needed = next.spec().equals(wanted.spec()) && !current.get().spec().equals(wanted.spec());
    return discard(needed ? current.get() : next);
  }

  private Next live(DesiredModule wanted, Container container) {
    return switch (container.phase()) {
      case CREATED ->
          wanted.run() ? unlessFailed(new Step.Start(id, container.id(), 0)) : Next.REST;
      case RUNNING -> running(wanted, container);
      case ENDED -> wanted.run() ? ended(wanted, container) : Next.REST;
    };
  }

  private Next running(DesiredModule wanted, Container container) {
    if (!wanted.run()) {
      return unlessFailed(new Step.Stop(id, container.id()));
    }
    if (wanted.onNodeNetwork() && !container.connected()) {
      return unlessFailed(new Step.Connect(id, container.id()));
    }
    if (container.health() == HealthState.UNHEALTHY && mendsUnhealthy(wanted.restartPolicy())) {
      var due = container.startedAt().orElse(now).plus(Backoff.after(restarts(container)));
      return due.isAfter(now) ? Next.at(due) : unlessFailed(new Step.Stop(id, container.id()));
    }
    return Next.REST;
  }

  private Next ended(DesiredModule wanted, Container container) {
    int restarts = restarts(container);
    var start = new Step.Start(id, container.id(), restarts + 1);
    if (history.halted().equals(Optional.of(container.id()))) {
      return unlessFailed(start);
    }
    if (!restarts(wanted.restartPolicy(), container.exitCode())) {
      return Next.REST;
    }
    var due = container.finishedAt().orElse(now).plus(Backoff.after(restarts));
    return due.isAfter(now) ? Next.at(due) : unlessFailed(start);
  }

  /** Restarts in a row; a steady run forgets them. */
  private int restarts(Container container) {
    return container.ran(now).compareTo(STEADY) >= 0 ? 0 : history.restarts();
  }

  /** A module that ended is not healthy, so {@code on-unhealthy} restarts it as {@code always}. */
  private static boolean restarts(RestartPolicy policy, long exitCode) {
    return switch (policy) {
      case NEVER -> false;
      case ON_FAILURE -> exitCode != 0;
      case ON_UNHEALTHY, ALWAYS -> true;
    };
  }

  private static boolean mendsUnhealthy(RestartPolicy policy) {
    return switch (policy) {
      case NEVER, ON_FAILURE -> false;
      case ON_UNHEALTHY, ALWAYS -> true;
    };
  }

  private Next rename(Container container) {
    return unlessFailed(new Step.Rename(id, container.id()));
  }

  private Next discard(Container container) {
    return unlessFailed(
        container.isRunning()
            ? new Step.Stop(id, container.id())
            : new Step.Remove(id, container.id()));
  }

  private Next unlessFailed(Step step) {
    var retryAt = history.failure(step).map(Failure::retryAt).filter(at -> at.isAfter(now));
    return retryAt.map(Next::at).orElseGet(() -> new Next(Optional.of(step), Optional.empty()));
  }

  private boolean has(String image) {
    return actual.images().containsKey(image);
  }
}
