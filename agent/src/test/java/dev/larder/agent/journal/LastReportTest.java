package dev.larder.agent.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.report.NodeReport;
import dev.larder.common.report.NodeReport.Platform;
import dev.larder.common.report.NodeReport.Status;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LastReportTest {
  private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

  private static LastReport report(long version, int atSeconds, String problem) {
    var at = NOW.plusSeconds(atSeconds);
    return new LastReport(
        new NodeReport(
            "1.1",
            "1",
            version,
            new Status(200, ""),
            new Platform("linux", "amd64", "20.10"),
            Map.of(),
            Map.of(),
            at,
            Optional.of(100),
            Optional.empty()),
        at,
        Optional.of(at),
        problem);
  }

  @Test
  void whatRepeatsIsWrittenSeldom() {
    var before = report(1, 0, "");
    assertThat(report(1, 30, "").isDue(before)).isFalse();
    assertThat(report(1, 600, "").isDue(before)).isTrue();
  }

  @Test
  void changeIsWrittenOnceABurst() {
    var before = report(1, 0, "");
    assertThat(report(2, 4, "").isDue(before)).isFalse();
    assertThat(report(2, 5, "").isDue(before)).isTrue();
  }

  @Test
  void losingAndFindingTheCloudIsWrittenAtOnce() {
    assertThat(report(1, 1, "gone").isDue(report(1, 0, ""))).isTrue();
    assertThat(report(1, 1, "").isDue(report(1, 0, "gone"))).isTrue();
    assertThat(report(1, 1, "gone on").isDue(report(1, 0, "gone"))).isFalse();
  }

  @Test
  void clockSetBackIsNoReasonToWait() {
    assertThat(report(1, -1, "").isDue(report(1, 0, ""))).isTrue();
  }
}
