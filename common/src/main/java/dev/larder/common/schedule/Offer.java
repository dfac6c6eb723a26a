package dev.larder.common.schedule;

import java.time.Instant;

/**
 * A release as a node hears of it.
 *
 * @param fastFrom when the fast ring may have it
 * @param slowFrom when the slow ring may have it, in its window
 */
public record Offer(Version version, Instant fastFrom, Instant slowFrom) {
  /** When a ring may have it. */
  public Instant from(Ring ring) {
    return switch (ring) {
      case FAST -> fastFrom;
      case SLOW -> slowFrom;
    };
  }
}
