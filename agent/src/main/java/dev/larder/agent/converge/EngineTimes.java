package dev.larder.agent.converge;

import dev.larder.agent.plan.Container;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * When containers started and ended, by the clock as it is now and never after now. The engine
 * notes both by the clock of that moment; a clock that was set since would make a start of ten
 * seconds ago years old. Decisions go by these times, reports by the engine's.
 */
public final class EngineTimes {
  /** What the engine noted of a container. */
  private record Noted(String container, Instant at) {}

  private final ClockSteps steps;
  private Map<Noted, Duration> known = Map.of();

  /**
   * Follows the clock from now on.
   *
   * @param steadyNanos as {@link System#nanoTime}
   */
  public EngineTimes(InstantSource wall, LongSupplier steadyNanos) {
    this.steps = new ClockSteps(wall, steadyNanos);
  }

  /** The containers, as the engine shows them now, with the times by the clock as it is now. */
  public List<Container> byNow(List<Container> seen) {
    var span = steps.last();
    var next = new HashMap<Noted, Duration>();
    var corrected =
        seen.stream()
            .map(container ->
                container.withTimes(
                    byNow(container.id(), container.startedAt(), span, next),
                    byNow(container.id(), container.finishedAt(), span, next)))
            .toList();
    known = next;
    return corrected;
  }

  private Optional<Instant> byNow(
      String container, Optional<Instant> at, ClockSteps.Span span, Map<Noted, Duration> next) {
    return at.map(instant -> {
      var noted = new Noted(container, instant);
      var shift =
          Optional.ofNullable(known.get(noted))
              .map(span.step()::plus)
              .orElseGet(() -> first(instant, span));
      next.put(noted, shift);
      return instant.plus(shift);
    });
  }

  /**
   * By how much a time is off that is seen first. One that is not from since the last look was
   * noted before the clock was set; how long ago is unknown if it is to come all the same.
   */
  private static Duration first(Instant at, ClockSteps.Span span) {
    boolean isSince = !at.isBefore(span.from()) && !at.isAfter(span.to());
    var shift = isSince ? Duration.ZERO : span.step();
    return at.plus(shift).isAfter(span.to()) ? Duration.between(at, span.to()) : shift;
  }
}
