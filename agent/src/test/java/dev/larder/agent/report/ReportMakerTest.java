package dev.larder.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.TestDesired;
import dev.larder.agent.converge.View;
import dev.larder.agent.intake.Received;
import dev.larder.agent.plan.Actual;
import dev.larder.agent.plan.Failure;
import dev.larder.agent.plan.History;
import dev.larder.agent.plan.ModuleHistory;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.NodeManifest;
import dev.larder.common.report.NodeReport.Platform;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ReportMakerTest {
  private static final OwnState OWN = own("");
  private static final Actual NOTHING_RUNS = new Actual(List.of(), Map.of(), Map.of(), Set.of());

  private static OwnState own(String image) {
    return new OwnState("1.0.0", image, "", Optional.empty(), 90, "");
  }

  private static View view(long version, History history, boolean converged, String problem) {
    var node = new CacheNodeId(UUID.randomUUID());
    var bytes = NodeManifest.write(node, version, TestDesired.desired());
    var manifest = NodeManifest.read(bytes).orThrow();
    var actual = problem.isEmpty() ? Optional.of(NOTHING_RUNS) : Optional.<Actual>empty();
    return new View(Optional.of(manifest), actual, history, Map.of(), converged, problem);
  }

  private static int code(Received received, View view) {
    return code(OWN, received, view);
  }

  private static int code(OwnState own, Received received, View view) {
    var platform = new Platform("", "", "");
    return ReportMaker.report(own, platform, received, view, Instant.EPOCH)
        .lastDesiredStatus()
        .code();
  }

  @Test
  void whatWasSeenForAnEarlierManifestSaysNothingOfTheOneThatCame() {
    var second = new Received(2, Received.TAKEN, "");
    var failing = Map.of("pull image", new Failure(1, Instant.EPOCH, "no such image"));
    var history =
        new History(
            Map.of(
                ModuleId.CACHE,
                new ModuleHistory(failing, Optional.empty(), 0, Set.of(), Optional.empty())));
    assertThat(code(second, view(1, History.NONE, true, ""))).isEqualTo(202);
    assertThat(code(second, view(1, history, false, ""))).isEqualTo(202);
    assertThat(code(second, view(2, History.NONE, true, ""))).isEqualTo(200);
    assertThat(code(second, view(2, history, false, ""))).isEqualTo(500);
  }

  @Test
  void anAgentThatIsToBeReplacedIsNotDone() {
    var view = view(1, History.NONE, true, "");
    var named = view.manifest().orElseThrow().desired().agent().orElseThrow().image();
    var received = new Received(1, Received.TAKEN, "");
    assertThat(code(own(named), received, view)).isEqualTo(200);
    assertThat(code(own("another:1"), received, view)).isEqualTo(202);
  }

  @Test
  void aRefusalAndAnEngineThatDoesNotAnswerAreToldWhateverWasSeen() {
    var refused = new Received(2, 412, "schemaVersion is 9.9");
    assertThat(code(refused, view(1, History.NONE, true, ""))).isEqualTo(412);
    var second = new Received(2, Received.TAKEN, "");
    assertThat(code(second, view(1, History.NONE, false, "no engine"))).isEqualTo(500);
  }
}
