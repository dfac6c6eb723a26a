package dev.larder.agent.converge;

import dev.larder.agent.plan.Container;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * When containers started and ended, by the clock as it is now. The engine notes both by the clock
 * of that moment; a clock that was set since would make a start of ten seconds ago years old. Plans
 * go by these times, reports by the engine's.
 */
final class EngineTimes {
  /** What the engine noted of a container. */
  private record Noted(String container, Instant at) {}

  private Map<Noted, Duration> known = Map.of();

  /**
   * The containers with the times that they have by the clock as it is now.
   *
   * @param step by how much the clock was set since the last call
   */
  List<Container> byNow(List<Container> seen, Duration step) {
    var next = new HashMap<Noted, Duration>();
    var corrected =
        seen.stream()
            .map(container ->
                container.withTimes(
                    byNow(container.id(), container.startedAt(), step, next),
                    byNow(container.id(), container.finishedAt(), step, next)))
            .toList();
    known = next;
    return corrected;
  }

  private Optional<Instant> byNow(
      String container, Optional<Instant> at, Duration step, Map<Noted, Duration> next) {
    return at.map(instant -> {
      var noted = new Noted(container, instant);
      var shift = Optional.ofNullable(known.get(noted)).map(step::plus).orElse(Duration.ZERO);
      next.put(noted, shift);
      return instant.plus(shift);
    });
  }
}
