package dev.larder.common.manifest;

import dev.larder.common.route.Route;
import java.time.Duration;
import java.util.Optional;

/**
 * A route and how its messages are treated on their way.
 *
 * @param priority from 0, the most urgent, to 9
 * @param timeToLive of a message that has not reached the sink; empty for the hub's own
 */
public record RouteRule(Route route, int priority, Optional<Duration> timeToLive) {
  public static final int MOST_URGENT = 0;
  public static final int LEAST_URGENT = 9;

  public RouteRule {
    if (priority < MOST_URGENT || priority > LEAST_URGENT) {
      throw new IllegalArgumentException("A priority is 0 to 9: " + priority);
    }
  }

  /** A route of which nothing more is said: the least urgent, as in IoT Edge. */
  public static RouteRule of(Route route) {
    return new RouteRule(route, LEAST_URGENT, Optional.empty());
  }
}
