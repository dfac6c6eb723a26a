package dev.larder.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.plan.Actual;
import dev.larder.agent.plan.Container;
import dev.larder.agent.plan.HealthState;
import dev.larder.agent.plan.ModuleHistory;
import dev.larder.agent.plan.Phase;
import dev.larder.agent.plan.Slot;
import dev.larder.agent.pull.PullState;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.ImagePullPolicy;
import dev.larder.common.manifest.ModuleSpec;
import dev.larder.common.manifest.ModuleStatus;
import dev.larder.common.manifest.ModuleUpdate;
import dev.larder.common.manifest.RestartPolicy;
import dev.larder.common.manifest.UpdateStrategy;
import dev.larder.common.schedule.WeeklyHours;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RuntimeStateTest {
  private static final ModuleId CACHE = ModuleId.CACHE;
  private static final ModuleSpec SPEC = spec(ModuleUpdate.DEFAULT);

  private static ModuleSpec spec(ModuleUpdate update) {
    return spec(update, RestartPolicy.ALWAYS, ImagePullPolicy.ON_CREATE);
  }

  private static ModuleSpec spec(
      ModuleUpdate update, RestartPolicy restartPolicy, ImagePullPolicy pullPolicy) {
    return new ModuleSpec(
        CACHE,
        "registry.example/cache:2",
        Json.object(),
        Map.of(),
        ModuleStatus.RUNNING,
        restartPolicy,
        pullPolicy,
        0,
        "",
        update,
        Map.of());
  }

  private static RuntimeState state(PullState pull, Container... containers) {
    return state(SPEC, Map.of(CACHE, pull), Instant.EPOCH, containers);
  }

  private static RuntimeState state(
      ModuleSpec spec, Map<ModuleId, PullState> pulls, Instant now, Container... containers) {
    var actual = new Actual(List.of(containers), Map.of(), Map.of(), pulls.keySet());
    return RuntimeState.of(spec, "new", actual, ModuleHistory.NONE, pulls, now);
  }

  @Test
  void aModuleThatIsPulledSaysHowFarItIsOrThatItWaits() {
    assertThat(state(new PullState.Coming(43)))
        .isEqualTo(new RuntimeState("pulling", "pulling 43 %"));
    assertThat(state(new PullState.Waiting()))
        .isEqualTo(new RuntimeState("pulling", "waiting to pull"));
  }

  private static Container running(String spec) {
    return container(spec, Phase.RUNNING);
  }

  private static Container container(String spec, Phase phase) {
    return new Container(
        "c",
        CACHE,
        Slot.CURRENT,
        spec,
        phase,
        HealthState.NONE,
        true,
        0,
        "sha256:old",
        1,
        Optional.of(Instant.EPOCH),
        Optional.empty());
  }

  @Test
  void whatCannotBeUpdatedHasFailedOnlyWhenNothingStartsItAgain() {
    var ended = container("old", Phase.ENDED);
    var always = spec(ModuleUpdate.DEFAULT, RestartPolicy.ALWAYS, ImagePullPolicy.NEVER);
    var restarted = state(always, Map.of(), Instant.EPOCH, ended);
    assertThat(restarted.status()).isEqualTo("backoff");
    assertThat(restarted.description()).contains("imagePullPolicy is never");

    var never = spec(ModuleUpdate.DEFAULT, RestartPolicy.NEVER, ImagePullPolicy.NEVER);
    assertThat(state(never, Map.of(), Instant.EPOCH, ended).status()).isEqualTo("failed");
    assertThat(state(always, Map.of(), Instant.EPOCH).status()).isEqualTo("failed");
  }

  @Test
  void aModuleWhoseUpdateWaitsSaysUntilWhen() {
    var hours = WeeklyHours.everyDay(LocalTime.of(22, 0), LocalTime.of(4, 0));
    var update =
        new ModuleUpdate(
            UpdateStrategy.DOWNLOAD_THEN_SWAP, true, ModuleUpdate.USUAL, Optional.of(hours));
    var waits = "update waits until 1970-01-01T22:00:00Z";
    var noon = Instant.parse("1970-01-01T12:00:00Z");
    assertThat(state(spec(update), Map.of(), noon, running("old")))
        .isEqualTo(new RuntimeState("running", waits));
    assertThat(state(spec(update), Map.of(CACHE, new PullState.Coming(43)), noon, running("old")))
        .isEqualTo(new RuntimeState("running", "pulling 43 %; " + waits));
    var quiet = new RuntimeState("running", "");
    assertThat(state(spec(update), Map.of(), noon, running("new"))).isEqualTo(quiet);
    assertThat(state(spec(update), Map.of(), noon.plusSeconds(36_000), running("old")))
        .isEqualTo(quiet);
    assertThat(state(SPEC, Map.of(), noon, running("old"))).isEqualTo(quiet);
  }

  @Test
  void aModuleThatRunsMeanwhileIsRunning() {
    assertThat(state(new PullState.Coming(43), running("old")))
        .isEqualTo(new RuntimeState("running", "pulling 43 %"));
  }
}
