package dev.larder.cloud.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.cloud.state.NodeHealth.Received;
import dev.larder.common.report.NodeReport;
import dev.larder.common.report.NodeReport.ModuleReport;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeHealthTest {
  private static final Instant NOW = Instant.parse("2026-11-23T20:00:00Z");

  private static ModuleReport module(String wanted, String is, Optional<Boolean> healthy) {
    return new ModuleReport(
        "image:1",
        "sha256:1",
        wanted,
        is,
        "because of the test",
        healthy,
        0,
        0,
        Optional.empty(),
        Optional.empty(),
        "always",
        "");
  }

  private static NodeHealth judged(int code, ModuleReport cache, Instant at) {
    var report =
        new NodeReport(
            "1.1",
            "1.0.0",
            1,
            new NodeReport.Status(code, "no such image"),
            new NodeReport.Platform("linux", "x86_64", "20.10"),
            Map.of("edgeHub", module("running", "running", Optional.of(true))),
            Map.of("cache", cache),
            at,
            Optional.empty(),
            Optional.empty());
    return NodeHealth.of(true, true, Optional.of(new Received(report, at)), NOW);
  }

  @Test
  void aNodeWithoutADriveIsNotConfigured() {
    assertThat(NodeHealth.of(false, false, Optional.empty(), NOW).state())
        .isEqualTo(NodeState.NOT_CONFIGURED);
  }

  @Test
  void aNodeThatNeverReportedSaysWhatToDo() {
    assertThat(NodeHealth.of(true, false, Optional.empty(), NOW))
        .satisfies(health -> assertThat(health.state()).isEqualTo(NodeState.NEVER_PHONED_HOME))
        .satisfies(health -> assertThat(health.detail()).contains("Deployment tab"));
    assertThat(NodeHealth.of(true, true, Optional.empty(), NOW).detail()).contains("enrolled");
  }

  @Test
  void allRunningIsHealthy() {
    var well = module("running", "running", Optional.of(true));
    assertThat(judged(200, well, NOW).state()).isEqualTo(NodeState.HEALTHY);
    assertThat(judged(202, well, NOW).state()).isEqualTo(NodeState.HEALTHY);
    var unchecked = module("running", "running", Optional.empty());
    assertThat(judged(200, unchecked, NOW).state()).isEqualTo(NodeState.HEALTHY);
    var stopped = module("stopped", "stopped", Optional.empty());
    assertThat(judged(200, stopped, NOW).state()).isEqualTo(NodeState.HEALTHY);
  }

  @Test
  void silenceIsUnhealthy() {
    var well = module("running", "running", Optional.of(true));
    assertThat(judged(200, well, NOW.minus(NodeHealth.SILENCE)).state())
        .isEqualTo(NodeState.HEALTHY);
    assertThat(judged(200, well, NOW.minus(NodeHealth.SILENCE).minusMillis(1)).state())
        .isEqualTo(NodeState.UNHEALTHY);
  }

  @Test
  void aModuleInTroubleIsNamed() {
    assertThat(judged(200, module("running", "backoff", Optional.empty()), NOW))
        .satisfies(health -> assertThat(health.state()).isEqualTo(NodeState.UNHEALTHY))
        .satisfies(health ->
            assertThat(health.detail()).isEqualTo("Module cache is backoff: because of the test"));
    assertThat(judged(200, module("running", "running", Optional.of(false)), NOW).detail())
        .isEqualTo("Module cache is unhealthy: because of the test");
  }

  @Test
  void aManifestThatWasNotTakenIsUnhealthy() {
    assertThat(judged(500, module("running", "running", Optional.of(true)), NOW))
        .satisfies(health -> assertThat(health.state()).isEqualTo(NodeState.UNHEALTHY))
        .satisfies(health -> assertThat(health.detail()).contains("no such image"));
  }
}
