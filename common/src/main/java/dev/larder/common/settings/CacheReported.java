package dev.larder.common.settings;

import dev.larder.common.problem.Problem;
import dev.larder.common.schedule.Version;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The cache module's reported properties.
 *
 * @param version of the cache module's software
 * @param desiredVersion the {@code $version} of the desired properties it acts on
 * @param problems why it does not act on the newest ones; empty when it does
 */
public record CacheReported(
    String version,
    long desiredVersion,
    List<Problem> problems,
    List<DriveReport> drives,
    UpdateReport updates) {
  public CacheReported {
    problems = List.copyOf(problems);
    drives = List.copyOf(drives);
  }

  /**
   * A cache drive as it is.
   *
   * @param hostPath as the administrator named it
   * @param problem why it is not used; empty when it is
   */
  public record DriveReport(String hostPath, long sizeBytes, long usedBytes, String problem) {}

  /**
   * What the checks of the updates schedule came to.
   *
   * @param checks since the module started
   * @param frequencySeconds at which it checks now
   * @param accepted the release that the node is to move to now; the cloud then renders the
   *     manifest with it
   * @param waiting the release that is offered, and when the window for it opens
   */
  public record UpdateReport(
      Optional<Instant> lastCheck,
      Optional<Instant> nextCheck,
      long checks,
      long frequencySeconds,
      Optional<Version> accepted,
      Optional<Waiting> waiting) {}

  public record Waiting(Version version, Instant until) {}
}
