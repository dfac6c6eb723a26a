package dev.larder.agent.plan;

import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.UpdateStrategy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The next step of one module, as if it were alone.
 *
 * <pre>
 *   nothing ── Create ──► next ── Rename ──► current ── Start ──► running
 *   current (old) + next (new):
 *     SetAside the old one, which is previous then; Rename; Stop previous; Start current
 *     current proves itself: Remove previous
 *     it does not: Reject what it was made from; Stop, Remove it; Start, Restore previous
 * </pre>
 *
 * The old container goes only when the new one has proven itself, and is cared for until its place
 * is taken. Mostly it is stopped before the new one starts, because both may want one port or one
 * folder; a module that is handed over runs twice for a while. What can be seen on the engine, and
 * which containers the agent stopped, is all that an update needs to go on after the agent was
 * killed.
 *
 * <p>Outside its window, or while what the module depends on is missing, nothing of an update
 * begins: what runs is cared for, and a new container that has the module's name already goes on to
 * prove itself.
 */
final class ModulePlanner {
  /** A run as long as this makes earlier restarts forgotten. */
  static final Duration STEADY = Duration.ofMinutes(10);

  private final ModuleId id;
  private final Actual actual;
  private final ModuleHistory history;
  private final Instant now;

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
    return actual.hasMade(wanted)
            || !wanted.mayPull()
            || has(wanted.image())
            || isRejected(wanted)
            || stopsFirst(wanted).isPresent()
            || actual.pulling().contains(id)
        ? Next.REST
        : unlessFailed(new Step.Pull(id, wanted.image()));
  }

  /**
   * The running container that is to be stopped before the image is fetched. Once that has failed
   * the module runs until the image is there.
   */
  private Optional<Container> stopsFirst(DesiredModule wanted) {
    boolean isPlanned =
        wanted.update().strategy() == UpdateStrategy.STOP_FIRST
            && wanted.mayPull()
            && !actual.hasMade(wanted)
            && !has(wanted.image())
            && !isRejected(wanted)
            && history.failure(new Step.Pull(id, wanted.image())).isEmpty();
    return isPlanned ? actual.in(Slot.CURRENT, id).filter(Container::isRunning) : Optional.empty();
  }

  private boolean isRejected(DesiredModule wanted) {
    return wanted.update().rollback() && history.hasRejected(wanted.spec());
  }

  Next wanted(DesiredModule wanted) {
    var current = actual.in(Slot.CURRENT, id);
    var next = actual.in(Slot.NEXT, id);
    var previous = actual.in(Slot.PREVIOUS, id);
    var stray = actual.in(Slot.STRAY, id);
    if (stray.isPresent()) {
      return current.isEmpty() ? rename(stray.get()) : discard(stray.get());
    }
    if (next.isPresent()) {
      return replace(wanted, current, previous, next.get());
    }
    if (current.isEmpty()) {
      return previous.map(last -> goBack(wanted, last)).orElseGet(() -> create(wanted));
    }
    return previous.isPresent()
        ? onTrial(wanted, current.get(), previous.get())
        : kept(wanted, current.get());
  }

  /** To the last good container; while it cannot be started, on to what is wanted since. */
  private Next goBack(DesiredModule wanted, Container last) {
    var restore = restore(wanted, last);
    boolean isStuck = restore.step().isEmpty() && !last.spec().equals(wanted.spec());
    if (!isStuck || isRejected(wanted)) {
      return restore;
    }
    var opening = heldUntil(wanted);
    return opening.isPresent() ? restore.orAt(opening) : create(wanted).orAt(restore.wake());
  }

  private Next create(DesiredModule wanted) {
    return has(wanted.image()) ? unlessFailed(new Step.Create(id, wanted.spec())) : Next.REST;
  }

  /** A container that is the module's for good, or until what is wanted can be made. */
  private Next kept(DesiredModule wanted, Container current) {
    if (current.spec().equals(wanted.spec()) || isRejected(wanted)) {
      return live(wanted, current);
    }
    var opening = heldUntil(wanted);
    if (opening.isPresent()) {
      return live(wanted, current).orAt(opening);
    }
    if (isWaitingBeside(wanted, current)) {
      return live(wanted, current).whileHeld();
    }
    var create = create(wanted);
    if (create.step().isPresent()) {
      return create;
    }
    if (stopsFirst(wanted).isPresent()) {
      return unlessFailed(new Step.Stop(id, current.id()));
    }
    var live = isHaltedForPull(wanted, current) ? Next.REST : live(wanted, current);
    return live.orAt(create.wake());
  }

  /** Whether it stands still so that the image can be fetched. */
  private boolean isHaltedForPull(DesiredModule wanted, Container container) {
    return wanted.update().strategy() == UpdateStrategy.STOP_FIRST
        && history.hasHalted(container.id())
        && actual.pulling().contains(id);
  }

  private Next replace(
      DesiredModule wanted,
      Optional<Container> current,
      Optional<Container> previous,
      Container next) {
    boolean isWanted = next.spec().equals(wanted.spec()) && !isRejected(wanted);
    var opening = heldUntil(wanted);
    if (current.isEmpty()) {
      if (!isWanted && previous.isPresent()) {
        return discard(next);
      }
      return previous
          .filter(_ -> opening.isPresent())
          .map(last -> restore(wanted, last).orAt(opening))
          .orElseGet(() -> rename(next));
    }
    var old = current.get();
    if (!isWanted || old.spec().equals(wanted.spec())) {
      return discard(next);
    }
    if (opening.isPresent() && (previous.isPresent() || !isStoppedForGood(wanted, old))) {
      return previous
          .map(last -> onTrial(wanted, old, last))
          .orElseGet(() -> live(wanted, old))
          .orAt(opening);
    }
    if (isWaitingBeside(wanted, old)) {
      return previous
          .map(last -> onTrial(wanted, old, last))
          .orElseGet(() -> live(wanted, old))
          .whileHeld();
    }
    if (previous.isPresent()) {
      return replaceOnTrial(wanted, old, previous.get());
    }
    return wanted.update().rollback() && isGood(old)
        ? unlessFailed(new Step.SetAside(id, old.id()))
        : discard(old);
  }

  /**
   * Whether an update has stopped the old container that it does not keep: waiting would leave the
   * module without a copy.
   */
  private boolean isStoppedForGood(DesiredModule wanted, Container old) {
    return !wanted.update().rollback() && old.phase() == Phase.ENDED && history.hasHalted(old.id());
  }

  /** Whether what would take its place could not be started yet. */
  private boolean isWaitingBeside(DesiredModule wanted, Container running) {
    return wanted.run() && running.isRunning() && actual.isWaiting(wanted);
  }

  private Optional<Instant> heldUntil(DesiredModule wanted) {
    return actual.heldUntil(id, wanted.update(), now);
  }

  /**
   * The manifest changed during a trial. What has not proven itself goes at once, unless it is the
   * one copy that runs of a module that is handed over.
   */
  private Next replaceOnTrial(DesiredModule wanted, Container current, Container previous) {
    if (history.hasRejected(current.spec())) {
      return discard(current);
    }
    return switch (Trial.of(wanted, current, history, now)) {
      case Trial.Proven() -> discard(previous);
      case Trial.Failed _ -> discard(current);
      case Trial.Pending(var until) ->
          isHandedOver(wanted) && current.isRunning() && !previous.isRunning()
              ? Next.REST.orAt(until)
              : discard(current);
    };
  }

  private static boolean isHandedOver(DesiredModule wanted) {
    return wanted.update().strategy() == UpdateStrategy.HAND_OVER;
  }

  /**
   * Whether one would come back to it. One that stands still may do so because an agent that was
   * killed since had stopped it.
   */
  private static boolean isGood(Container container) {
    return container.phase() != Phase.CREATED && container.health() != HealthState.UNHEALTHY;
  }

  /** A new container, and the last good one beside it. */
  private Next onTrial(DesiredModule wanted, Container current, Container previous) {
    boolean isPreviousWanted =
        previous.spec().equals(wanted.spec()) && !current.spec().equals(wanted.spec());
    if (isPreviousWanted || history.hasRejected(current.spec())) {
      return discard(current);
    }
    return switch (Trial.of(wanted, current, history, now)) {
      case Trial.Proven() -> discard(previous);
      case Trial.Failed(var reason) -> unlessFailed(new Step.Reject(id, current.spec(), reason));
      case Trial.Pending(var until) -> trialStep(wanted, current, previous).orAt(until);
    };
  }

  private Next trialStep(DesiredModule wanted, Container current, Container previous) {
    if (current.phase() == Phase.CREATED && wanted.run() && actual.isWaiting(wanted)) {
      return live(wanted, previous).whileHeld();
    }
    if (previous.isRunning() && !isHandedOver(wanted)) {
      return unlessFailed(new Step.Stop(id, previous.id()));
    }
    return kept(wanted, current);
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
    if (!container.connected()) {
      return unlessFailed(new Step.Connect(id, container.id()));
    }
    if (container.health() == HealthState.UNHEALTHY && wanted.restartPolicy().restartsUnhealthy()) {
      var due = container.startedAt().orElse(now).plus(Backoff.after(restarts(container)));
      return due.isAfter(now) ? Next.at(due) : unlessFailed(new Step.Stop(id, container.id()));
    }
    return Next.REST;
  }

  private Next ended(DesiredModule wanted, Container container) {
    int restarts = restarts(container);
    var start = new Step.Start(id, container.id(), restarts + 1);
    if (history.hasHalted(container.id())) {
      return unlessFailed(start);
    }
    if (!wanted.restartPolicy().restartsAfter(container.exitCode())) {
      return Next.REST;
    }
    var due = container.finishedAt().orElse(now).plus(Backoff.after(restarts));
    return due.isAfter(now) ? Next.at(due) : unlessFailed(start);
  }

  /** Restarts in a row; a steady run forgets them. */
  private int restarts(Container container) {
    return container.ran(now).compareTo(STEADY) >= 0 ? 0 : history.restarts(container.id());
  }

  /**
   * The last good container runs before it has the module's name again, whatever its restart policy
   * says: should the agent be killed, what can be seen still tells that it is to.
   */
  private Next restore(DesiredModule wanted, Container last) {
    boolean isDown =
        last.phase() == Phase.ENDED
            && (history.hasHalted(last.id()) || !history.hasStarted(last.id()));
    return unlessFailed(
        wanted.run() && isDown
            ? new Step.Start(id, last.id(), 1)
            : new Step.Restore(id, last.id()));
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
    return history
        .failure(step)
        .filter(failure -> !failure.isDue(now))
        .map(failure -> Next.at(failure.retryAt()))
        .orElseGet(() -> Next.of(step));
  }

  private boolean has(String image) {
    return actual.images().containsKey(image);
  }
}
