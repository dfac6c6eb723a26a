package dev.larder.cloud.release;

import dev.larder.common.schedule.Offer;
import dev.larder.common.schedule.Version;
import java.time.Instant;

/**
 * A version of the node's images that the cloud offers.
 *
 * @param fastFrom when the fast ring may have it
 * @param slowFrom when the slow ring may have it, in its window
 */
public record Release(
    Version version, Images images, Instant fastFrom, Instant slowFrom, Instant createdAt) {
  /** The references of the three images. */
  public record Images(String edgeAgent, String edgeHub, String cache) {}

  public Offer offer() {
    return new Offer(version, fastFrom, slowFrom);
  }
}
