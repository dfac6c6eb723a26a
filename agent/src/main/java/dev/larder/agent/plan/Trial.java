package dev.larder.agent.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a new container is as good as the one before it, which is kept until that is known.
 * Healthy by its own health check is proof; without one, to have run for a while.
 */
sealed interface Trial {
  /** A run as long as this is proof where there is no health check. */
  Duration PROBATION = Duration.ofSeconds(30);

  /** More ends in a row, or failed starts, are a verdict. */
  int RESTARTS = 3;

  record Proven() implements Trial {}

  record Failed(String reason) implements Trial {}

  /**
   * Nobody knows yet.
   *
   * @param until when to look again, if nothing happens before
   */
  record Pending(Optional<Instant> until) implements Trial {}

  static Trial of(DesiredModule wanted, Container container, ModuleHistory history, Instant now) {
    if (!wanted.run()) {
      return new Proven();
    }
    return switch (container.phase()) {
      case CREATED -> notStarted(container, history);
      case RUNNING -> running(wanted, container, now);
      case ENDED -> ended(wanted, container, history);
    };
  }

  private static Trial notStarted(Container container, ModuleHistory history) {
    return history
        .failure(new Step.Start(container.module(), container.id(), 0))
        .filter(failure -> failure.count() >= RESTARTS)
        .<Trial>map(failure -> new Failed("it cannot be started: " + failure.reason()))
        .orElseGet(() -> new Pending(Optional.empty()));
  }

  private static Trial running(DesiredModule wanted, Container container, Instant now) {
    var started = container.startedAt().orElse(now);
    return switch (container.health()) {
      case HEALTHY -> new Proven();
      case UNHEALTHY -> new Failed("its health check fails");
      case STARTING -> {
        var within = wanted.update().within();
        var until = started.plus(within);
        yield until.isAfter(now)
            ? new Pending(Optional.of(until))
            : new Failed("it was not healthy within " + within.toSeconds() + " s");
      }
      case NONE -> {
        var until = started.plus(PROBATION);
        yield until.isAfter(now) ? new Pending(Optional.of(until)) : new Proven();
      }
    };
  }

  private static Trial ended(DesiredModule wanted, Container container, ModuleHistory history) {
    if (history.hasHalted(container.id())) {
      // It was stopped, and how it ended says nothing.
      return new Pending(Optional.empty());
    }
    long code = container.exitCode();
    boolean isMeantToEnd = !wanted.restartPolicy().restartsAfter(code);
    if (isMeantToEnd && code == 0) {
      return new Proven();
    }
    return isMeantToEnd || history.restarts(container.id()) >= RESTARTS
        ? new Failed("it ended with exit code " + code)
        : new Pending(Optional.empty());
  }
}
