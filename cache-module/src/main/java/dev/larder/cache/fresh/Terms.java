package dev.larder.cache.fresh;

import java.time.Duration;
import java.util.Optional;

/**
 * How a group's content is kept.
 *
 * @param keepFor how long it is served without asking the origin again, whatever the origin says
 *     short of no-store, private and no-cache; as the origin says when there is none
 */
public record Terms(Optional<Duration> keepFor) {
  /** As the origin says. */
  public static final Terms ORIGINS = new Terms(Optional.empty());
}
