package dev.larder.agent.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.agent.check.Finding.Level;
import dev.larder.common.json.Json;
import java.time.Instant;
import java.util.List;

/** All findings of one check of a node. */
public record CheckReport(String agentVersion, Instant at, List<Finding> findings) {
  public static final int FINE = 0;
  public static final int WARNED = 1;
  public static final int FAILED = 2;

  public CheckReport {
    findings = List.copyOf(findings);
  }

  /** {@link #FAILED} with a failure, {@link #WARNED} with warnings if they count, or FINE. */
  public int exitCode(boolean warningsCount) {
    if (count(Level.FAILURE) > 0) {
      return FAILED;
    }
    return warningsCount && count(Level.WARNING) > 0 ? WARNED : FINE;
  }

  private long count(Level level) {
    return findings.stream().filter(finding -> finding.level() == level).count();
  }

  /** A line a finding, the mend below it, and a last line that sums up. */
  public String text() {
    var text = new StringBuilder();
    for (var finding : findings) {
      text.append(
          "%-8s %-18s %s%n".formatted(finding.level().text(), finding.check(), finding.message()));
      if (!finding.mend().isEmpty()) {
        text.append("%-27s → %s%n".formatted("", finding.mend()));
      }
    }
    return text.append(
            "%d ok, %d skipped, %d warnings, %d failures%n"
                .formatted(
                    count(Level.OK),
                    count(Level.SKIPPED),
                    count(Level.WARNING),
                    count(Level.FAILURE)))
        .toString();
  }

  /** {@code {at, agentVersion, result, findings: [{check, level, message, mend}]}}. */
  public JsonNode json() {
    var document = Json.object().put("at", at.toString()).put("agentVersion", agentVersion);
    document.put(
        "result",
        (count(Level.FAILURE) > 0
                ? Level.FAILURE
                : count(Level.WARNING) > 0 ? Level.WARNING : Level.OK)
            .text());
    var array = document.putArray("findings");
    for (var finding : findings) {
      array
          .addObject()
          .put("check", finding.check())
          .put("level", finding.level().text())
          .put("message", finding.message())
          .put("mend", finding.mend());
    }
    return document;
  }
}
