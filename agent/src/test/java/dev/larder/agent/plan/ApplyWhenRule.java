package dev.larder.agent.plan;

import java.time.Instant;
import java.util.Optional;

/** What no plan may do outside the window of a module of which a container has run. */
final class ApplyWhenRule {
  private ApplyWhenRule() {}

  /** How many updates wait for their window. */
  static int held(Desired desired, Actual actual, Instant now) {
    return (int)
        desired.modules().stream()
            .filter(module -> isShut(module, actual, now))
            .filter(module ->
                actual.current(module.id()).filter(c -> !isAsWanted(c, module)).isPresent())
            .count();
  }

  static boolean keeps(Step step, Desired desired, Actual actual, History history, Instant now) {
    var wanted = desired.module(step.module()).filter(module -> isShut(module, actual, now));
    return wanted.isEmpty()
        || switch (step) {
          case Step.Create _, Step.SetAside _ -> false;
          case Step.Stop stop ->
              container(stop.container(), actual)
                      .filter(c -> c.slot() != Slot.CURRENT || c.health() == HealthState.UNHEALTHY)
                      .isPresent()
                  || mayGo(stop.container(), wanted.get(), actual, history)
                  || !wanted.get().run();
          case Step.Remove remove ->
              container(remove.container(), actual)
                      .filter(c -> c.slot() != Slot.CURRENT)
                      .isPresent()
                  || mayGo(remove.container(), wanted.get(), actual, history)
                  || !wanted.get().update().rollback();
          case Step.Rename rename ->
              actual.in(Slot.PREVIOUS, step.module()).isEmpty()
                  || container(rename.container(), actual)
                      .filter(c -> c.slot() == Slot.STRAY)
                      .isPresent();
          case Step.Pull _, Step.Connect _, Step.Start _, Step.Restore _, Step.Reject _ -> true;
        };
  }

  private static boolean isShut(DesiredModule module, Actual actual, Instant now) {
    boolean hasCopy = actual.of(module.id()).stream().anyMatch(c -> c.startedAt().isPresent());
    return hasCopy && module.update().window().filter(hours -> !hours.isOpen(now)).isPresent();
  }

  private static boolean isAsWanted(Container container, DesiredModule wanted) {
    return container.spec().equals(wanted.spec());
  }

  private static Optional<Container> container(String id, Actual actual) {
    return actual.containers().stream().filter(c -> c.id().equals(id)).findFirst();
  }

  /** Whether a container is taken back, for what it is or for what is wanted again. */
  private static boolean mayGo(String id, DesiredModule wanted, Actual actual, History history) {
    boolean isWantedAgain =
        actual.in(Slot.PREVIOUS, wanted.id()).filter(c -> isAsWanted(c, wanted)).isPresent();
    return isWantedAgain
        || container(id, actual)
            .filter(c -> history.of(wanted.id()).hasRejected(c.spec()))
            .isPresent();
  }
}
