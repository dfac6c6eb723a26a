package dev.larder.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.report.NodeReport;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A whole agent whose engine is stopped and killed under it. */
@Timeout(300)
class EngineLossIT {
  private static final int DISK_MEBIBYTES = 64;

  private static TestEngine engine;

  @RegisterExtension private final TestNode node;

  EngineLossIT() {
    node = new TestNode("los", engine.address());
  }

  @BeforeAll
  static void startEngine(@TempDir Path folder) throws Exception {
    engine = new TestEngine(folder, DISK_MEBIBYTES);
  }

  @AfterAll
  static void stopEngine() throws Exception {
    engine.close();
  }

  /** Two modules; a change of the colour is an update of the first. */
  private static ObjectNode manifest(String colour) {
    var desired = TestDesired.desired();
    var changing = TestDesired.module(desired, "changing", TestDocker.IMAGE);
    changing.put("restartPolicy", "always");
    changing.putObject("env").putObject("COLOUR").put("value", colour);
    var healthcheck =
        changing.withObject("settings").withObject("createOptions").putObject("Healthcheck");
    healthcheck.put("Interval", 1_000_000_000L).put("Retries", 2);
    healthcheck.putArray("Test").add("CMD").add("/bin/busybox").add("true");
    TestDesired.module(desired, "untouched", TestDocker.IMAGE).put("restartPolicy", "always");
    return desired;
  }

  private String id(String module) throws Exception {
    return inspect(module, "{{.Id}}");
  }

  private String inspect(String module, String format) throws Exception {
    return engine.docker("inspect", "--format", format, node.instance() + "-" + module);
  }

  private List<String> running() throws Exception {
    return engine.names(node.instance(), "running");
  }

  private String name(String module) {
    return node.instance() + "-" + module;
  }

  private static Predicate<NodeReport> missesTheEngine() {
    return report ->
        report.lastDesiredStatus().code() == 500
            && report.lastDesiredStatus().description().contains("engine does not answer")
            && report.modules().values().stream()
                .allMatch(module -> module.runtimeStatus().equals("unknown"));
  }

  @Test
  void anEngineThatWasStoppedIsMissedAndAllRunsAgainWhenItIsBack() throws Exception {
    node.apply(manifest("red"));
    var ids = List.of(id("changing"), id("untouched"));

    engine.stop();
    var report = node.cloud().awaitReport(missesTheEngine());
    assertThat(report.lastDesiredStatus().description())
        .contains(engine.address().toString(), "see that it runs");

    engine.start();
    node.cloud().awaitReport(missesTheEngine().negate().and(TestNode.applied(1)));
    assertThat(running()).containsExactly(name("changing"), name("untouched"));
    assertThat(List.of(id("changing"), id("untouched"))).isEqualTo(ids);

    // Long before the look of each minute: the events are followed again.
    engine.docker("rm", "-f", name("untouched"));
    Await.until(() -> running().contains(name("untouched")));
    assertThat(id("changing")).isEqualTo(ids.getFirst());
  }

  @Test
  void anUpdateGoesOnAfterTheEngineWasKilledWhileTheSuccessorWaits() throws Exception {
    update("create");
  }

  @Test
  void anUpdateGoesOnAfterTheEngineWasKilledDuringTheTrial() throws Exception {
    update("start");
  }

  /** Updates a module, and kills the engine at this event of the successor's. */
  private void update(String event) throws Exception {
    node.apply(manifest("red"));
    var untouched = id("untouched");
    var before = id("changing");
    long version;
    try (var next = engine.next(event)) {
      version = node.cloud().offer(manifest("blue"));
      next.await();
    }
    engine.kill();
    node.cloud().awaitReport(missesTheEngine());
    engine.start();
    // The one before is there until the other has proven itself.
    var copies = engine.docker("ps", "-aq", "--no-trunc", "--filter", "name=changing");
    assertThat(copies).contains(before);

    node.cloud().awaitReport(TestNode.applied(version));
    assertThat(inspect("changing", "{{.Config.Env}} {{.State.Health.Status}}"))
        .contains("COLOUR=blue", "healthy");
    assertThat(id("untouched")).isEqualTo(untouched);
    assertThat(running()).containsExactly(name("changing"), name("untouched"));
    assertThat(engine.docker("ps", "-aq", "--filter", "name=" + node.instance()).lines())
        .hasSize(2);
  }
}
