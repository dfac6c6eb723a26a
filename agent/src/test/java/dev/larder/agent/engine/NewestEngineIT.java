package dev.larder.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.agent.Await;
import dev.larder.agent.TestDesired;
import dev.larder.agent.TestNode;
import dev.larder.agent.front.ByteLimit;
import dev.larder.agent.front.LimitedPulls;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.node.NodeNames;
import dev.larder.common.id.CacheNodeId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The newest API, of which no engine is at hand: its answers in their published forms, over a real
 * socket. What it shows is that they are read and asked for; not that an engine does as it says.
 */
class NewestEngineIT {
  private static final String IMAGE = "registry.example:5000/one:1";

  private final ReplayedEngine replayed;

  NewestEngineIT(@TempDir Path folder) throws Exception {
    replayed = new ReplayedEngine(folder);
  }

  @AfterEach
  void close() throws Exception {
    replayed.close();
  }

  private Engine engine() {
    return new Engine(replayed.address(), new NodeNames("new"), new CacheNodeId(UUID.randomUUID()));
  }

  @Test
  void aLimitedPullThatBroughtNothingIsNotFollowedByOneWithoutALimit(@TempDir Path dataDir)
      throws Exception {
    replayed.stopping();
    var limit = new ByteLimit(System::nanoTime);
    limit.set(10_000);
    Files.createDirectories(dataDir.resolve("agent"));
    try (var engine = engine()) {
      var pulls = new LimitedPulls(engine, new NodeFiles(dataDir), Optional.empty(), limit);
      assertThatThrownBy(() -> pulls.fetch(IMAGE, Optional.empty(), _ -> {}))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("the engine does not have the image");
    }
    assertThat(replayed.asked()).filteredOn("POST /images/create"::equals).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "41, 12, v1.41", // Docker 20.10
    "47, 24, v1.47",
    "52, 44, v1.52", // Docker 29.0
    "56, 44, v1.52",
    "70, 55, v1.55"
  })
  void theNewestVersionThatBothKnowIsSpoken(int newest, int oldest, String spoken)
      throws Exception {
    replayed.become(newest, oldest);
    try (var engine = engine()) {
      assertThat(engine.platform().os()).isEqualTo("linux");
      assertThat(engine.imageIds()).isEmpty();
      assertThat(replayed.versions()).contains(spoken);
      assertThat(replayed.asked()).filteredOn("GET /_ping"::equals).hasSize(1);
    }
  }

  @Test
  void anEngineThatWasReplacedIsAskedForItsVersionAgain() throws Exception {
    replayed.become(41, 12);
    try (var engine = engine()) {
      engine.platform();
      replayed.become(52, 44);
      assertThatThrownBy(engine::platform)
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("client version 1.41 is too old");
      engine.platform();
      assertThat(replayed.versions()).containsExactlyInAnyOrder("v1.41", "v1.52");
    }
  }

  @Test
  void aPullThatFailsWithoutTheOldFieldFails() throws Exception {
    replayed.registryAway(true);
    try (var engine = engine()) {
      var percents = new ArrayList<Integer>();
      assertThatThrownBy(() -> engine.pull(IMAGE, Optional.empty(), percents::add))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("connection refused");
      assertThat(percents).doesNotContain(100);
      replayed.registryAway(false);
      engine.pull(IMAGE, Optional.empty(), percents::add);
      assertThat(percents).endsWith(100);
      assertThat(engine.imageId(IMAGE)).isPresent();
    }
  }

  private static ObjectNode manifest(String colour) {
    var desired = TestDesired.desired();
    var module = TestDesired.module(desired, "one", IMAGE).put("restartPolicy", "always");
    module.putObject("env").putObject("COLOUR").put("value", colour);
    var options = module.withObject("settings").withObject("createOptions");
    options.putObject("HostConfig").putArray("Binds").add("store:/data");
    return desired;
  }

  @Test
  void aNodeComesToBeAndIsUpdatedAndMended() throws Exception {
    var node = new TestNode("new", replayed.address());
    try {
      node.enrol();
      node.start();
      var one = node.instance() + "-one";
      var report = node.apply(manifest("red"));
      assertThat(report.platform().engineVersion()).isEqualTo("29.0.0");
      assertThat(report.modules())
          .hasEntrySatisfying("one", m -> assertThat(m.healthy()).contains(true));
      assertThat(replayed.containers()).containsExactly(one + " running");

      node.apply(manifest("blue"));
      assertThat(replayed.containers()).containsExactly(one + " running");

      // The events are read: the look of each minute is far off.
      replayed.disconnect(one, node.instance());
      Await.until(
          () -> replayed.asked().contains("POST /networks/" + node.instance() + "/connect"));
      assertThat(replayed.versions()).containsExactly("v1.52");
      assertThat(replayed.asked())
          .contains(
              "GET /_ping",
              "GET /version",
              "GET /events",
              "GET /containers/json",
              "GET /images/" + IMAGE + "/json",
              "POST /images/create",
              "POST /networks/create",
              "POST /volumes/create",
              "POST /containers/create")
          .anyMatch(call -> call.endsWith("/start"))
          .anyMatch(call -> call.endsWith("/stop"))
          .anyMatch(call -> call.endsWith("/rename"))
          .anyMatch(call -> call.startsWith("DELETE /containers/"));

      // The engine is upgraded, to one that has dropped what was spoken.
      replayed.become(53, 53);
      replayed.disconnect(one, node.instance());
      node.cloud().awaitReport(r -> r.platform().engineVersion().equals("29.1.0"));
      assertThat(replayed.versions()).containsExactlyInAnyOrder("v1.52", "v1.53");
    } finally {
      node.stop();
      node.leave();
    }
  }
}
