package dev.larder.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.TestDesired;
import dev.larder.agent.converge.View;
import dev.larder.agent.plan.Actual;
import dev.larder.agent.plan.Container;
import dev.larder.agent.plan.HealthState;
import dev.larder.agent.plan.History;
import dev.larder.agent.plan.Phase;
import dev.larder.agent.plan.Slot;
import dev.larder.agent.plan.Step;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.NodeManifest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static final Instant START = Instant.parse("2026-11-27T10:00:00Z");
  private static final ModuleId CACHE = ModuleId.CACHE;
  private static final String LABELS = "{module_name=\"cache\",module_version=\"7\"}";
  private static final String EXPECTED = "edgeAgent_total_time_expected_running_seconds" + LABELS;
  private static final String CORRECT = "edgeAgent_total_time_running_correctly_seconds" + LABELS;

  private final Tally tally = new Tally();

  private static Instant at(long seconds) {
    return START.plusSeconds(seconds);
  }

  private static NodeManifest manifest(long version, String status) {
    var desired = TestDesired.desired();
    TestDesired.module(desired, "cache", "cache:1").put("version", "7").put("status", status);
    var node = new CacheNodeId(new UUID(1, 2));
    return NodeManifest.read(NodeManifest.write(node, version, desired)).orThrow();
  }

  private static Container container(Phase phase, HealthState health) {
    return new Container(
        "c1",
        CACHE,
        Slot.CURRENT,
        "s",
        phase,
        health,
        true,
        0,
        "i",
        0,
        Optional.empty(),
        Optional.empty());
  }

  private static View view(NodeManifest manifest, List<Container> containers, boolean converged) {
    return new View(
        Optional.of(manifest),
        Optional.of(new Actual(containers, Map.of(), Map.of(), Set.of())),
        History.NONE,
        Map.of(),
        converged,
        "");
  }

  private Map<String, Double> page(Instant now) {
    var out = new Exposition(Map.of());
    tally.write(out, now);
    return ExpositionRules.check(out.text());
  }

  @Test
  void timeIsCountedAsItWasSeenUntilTheNextLook() {
    var manifest = manifest(1, "running");
    var running = List.of(container(Phase.RUNNING, HealthState.NONE));
    tally.seen(view(manifest, List.of(), false), false, at(0));
    tally.seen(view(manifest, running, true), false, at(10));
    assertThat(page(at(40))).containsEntry(EXPECTED, 40.0).containsEntry(CORRECT, 30.0);
    var ill = List.of(container(Phase.RUNNING, HealthState.UNHEALTHY));
    tally.seen(view(manifest, ill, true), false, at(50));
    tally.seen(
        view(manifest, List.of(container(Phase.ENDED, HealthState.NONE)), true), false, at(60));
    assertThat(page(at(70))).containsEntry(EXPECTED, 70.0).containsEntry(CORRECT, 40.0);
  }

  @Test
  void timeThatNobodyLookedAtCountsForNothing() {
    var running = List.of(container(Phase.RUNNING, HealthState.HEALTHY));
    var view = view(manifest(1, "running"), running, true);
    tally.seen(view, false, at(0));
    // The machine slept, then its clock was set back.
    tally.seen(view, false, at(4_000));
    tally.seen(view, false, at(1_000));
    tally.seen(view, false, at(1_030));
    assertThat(page(at(1_030))).containsEntry(EXPECTED, 30.0).containsEntry(CORRECT, 30.0);
    var blind =
        new View(view.manifest(), Optional.empty(), History.NONE, Map.of(), false, "no engine");
    tally.seen(blind, false, at(1_040));
    assertThat(page(at(1_050))).containsEntry(EXPECTED, 40.0).containsEntry(CORRECT, 40.0);
    tally.seen(view(manifest(2, "stopped"), running, true), false, at(1_060));
    assertThat(page(at(1_070))).containsEntry(EXPECTED, 40.0).containsEntry(CORRECT, 40.0);
  }

  @Test
  void stepsAreCountedByModuleAndCommand() {
    var second = Duration.ofSeconds(1);
    tally.ran(new Step.Pull(CACHE, "cache:1"), "7", second, false);
    tally.ran(new Step.Pull(CACHE, "cache:1"), "7", second, true);
    tally.ran(new Step.Create(CACHE, "s"), "7", second, true);
    tally.ran(new Step.Start(CACHE, "c", 0), "7", second, true);
    tally.ran(new Step.Start(CACHE, "c", 3), "7", second, true);
    tally.ran(new Step.Stop(CACHE, "c"), "", second, true);
    assertThat(page(at(0)))
        .containsEntry("edgeAgent_module_start_total" + LABELS, 2.0)
        .containsEntry(
            "edgeAgent_module_stop_total{module_name=\"cache\",module_version=\"\"}", 1.0)
        .containsEntry("edgeAgent_module_prepare_update_total" + LABELS, 2.0)
        .containsEntry("edgeAgent_command_latency_seconds_count{command=\"pull\"}", 2.0)
        .containsEntry("edgeAgent_command_latency_seconds_count{command=\"restart\"}", 1.0)
        .containsEntry("edgeAgent_command_latency_seconds_sum{command=\"start\"}", 1.0)
        .containsEntry("larder_agent_step_failures_total{command=\"pull\"}", 1.0)
        .containsEntry("larder_agent_step_failures_total{command=\"create\"}", 0.0);
  }

  @Test
  void versionsWithoutEndKeepThePageBounded() {
    for (int i = 0; i < 2_000; i++) {
      var module = ModuleId.of("m" + i % 500);
      tally.ran(new Step.Start(module, "c", 0), "v" + i, Duration.ZERO, true);
      tally.called("made-up-" + i);
    }
    var page = page(at(0));
    assertThat(page.keySet())
        .filteredOn(key -> key.startsWith("edgeAgent_module_start_total"))
        .hasSizeBetween(100, 300);
    assertThat(page)
        .containsEntry("edgeagent_direct_method_invocations_count{method_name=\"other\"}", 2_000.0);
  }

  @Test
  void theCloudAndTheManifest() {
    assertThat(page(at(0)))
        .containsEntry("larder_agent_manifest_version", 0.0)
        .doesNotContainKey("larder_agent_last_cloud_contact_timestamp_seconds")
        .doesNotContainKey("edgeAgent_deployment_time_seconds");
    tally.polled(true, at(1));
    tally.polled(false, at(2));
    tally.reported(false, at(3));
    tally.called("PING");
    tally.seen(view(manifest(4, "running"), List.of(), false), true, at(5));
    tally.seen(view(manifest(4, "running"), List.of(), true), true, at(9));
    assertThat(page(at(10)))
        .containsEntry("edgeAgent_iothub_syncs_total", 2.0)
        .containsEntry("edgeAgent_unsuccessful_iothub_syncs_total", 1.0)
        .containsEntry("larder_agent_reports_sent_total", 0.0)
        .containsEntry("larder_agent_reports_failed_total", 1.0)
        .containsEntry(
            "larder_agent_last_cloud_contact_timestamp_seconds", (double) at(1).getEpochSecond())
        .containsEntry("edgeagent_direct_method_invocations_count{method_name=\"ping\"}", 1.0)
        .containsEntry("larder_agent_manifest_version", 4.0)
        .containsEntry("larder_agent_manifest_refused", 1.0)
        .containsEntry("larder_agent_converged", 1.0)
        .containsEntry("edgeAgent_deployment_time_seconds", 4.0);
  }
}
