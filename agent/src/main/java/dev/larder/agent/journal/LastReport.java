package dev.larder.agent.journal;

import dev.larder.common.report.NodeReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The last report that the agent tried to send.
 *
 * @param takenAt when the cloud last took one, by this machine's clock
 * @param problem why the cloud did not take this one; empty when it did
 */
public record LastReport(
    NodeReport report, Instant triedAt, Optional<Instant> takenAt, String problem) {
  private static final Duration LEAST_PERIOD = Duration.ofSeconds(5);
  private static final Duration LONGEST_PERIOD = Duration.ofMinutes(10);

  /**
   * Whether it is worth writing over the one before. Flash wears out: what only repeats is written
   * now and then, and a burst of changes once; a report comes every half minute at least.
   */
  boolean isDue(LastReport before) {
    var age = Duration.between(before.triedAt(), triedAt);
    if (problem.isEmpty() != before.problem().isEmpty()
        || age.isNegative()
        || age.compareTo(LONGEST_PERIOD) >= 0) {
      return true;
    }
    return age.compareTo(LEAST_PERIOD) >= 0 && !saysTheSame(before);
  }

  private boolean saysTheSame(LastReport before) {
    var now = report;
    var then = before.report();
    return now.lastDesiredVersion() == then.lastDesiredVersion()
        && now.lastDesiredStatus().equals(then.lastDesiredStatus())
        && now.version().equals(then.version())
        && now.platform().equals(then.platform())
        && now.certificateDaysLeft().equals(then.certificateDaysLeft())
        && now.systemModules().equals(then.systemModules())
        && now.modules().equals(then.modules());
  }
}
