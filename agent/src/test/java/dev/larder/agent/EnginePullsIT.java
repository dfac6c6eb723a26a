package dev.larder.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.report.NodeReport;
import dev.larder.common.report.NodeReport.ModuleReport;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Pulls of a whole agent whose registry goes away, whose engine is stopped, whose disk is full. */
@Timeout(300)
class EnginePullsIT {
  private static final int DISK_MEBIBYTES = 48;
  private static final int MEBIBYTE = 1 << 20;
  private static final int SLOW_BYTES_PER_SECOND = 200_000;
  private static final int FAST_BYTES_PER_SECOND = 100_000_000;

  private static TestEngine engine;

  @RegisterExtension private final TestNode node;
  @TempDir private Path folder;
  private TestRegistry registry;
  private SlowLine line;

  EnginePullsIT() {
    // The node's files share the engine's disk, as on a small machine.
    node = new TestNode("pul", engine.address(), engine.disk());
  }

  @BeforeAll
  static void startEngine(@TempDir Path folder) throws Exception {
    engine = new TestEngine(folder, DISK_MEBIBYTES);
  }

  @AfterAll
  static void stopEngine() throws Exception {
    engine.close();
  }

  @BeforeEach
  void start() throws Exception {
    engine.resize(DISK_MEBIBYTES);
    registry = new TestRegistry(folder.resolve("registry"));
    line = line(0);
  }

  @AfterEach
  void stop() throws Exception {
    line.close();
    registry.close();
    engine.docker("image", "prune", "-af", "--filter", "label=dev.larder.test=pulls");
  }

  private SlowLine line(int port) throws Exception {
    var own = new InetSocketAddress(engine.hostAddress(), port);
    return new SlowLine(registry.port(), FAST_BYTES_PER_SECOND, own);
  }

  /** An image of so much that nothing can make smaller, in the registry, as reached by the line. */
  private String push(String repository, int bytes) throws Exception {
    var root = folder.resolve(repository);
    Files.createDirectories(root.resolve("bin"));
    Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
    var content = new byte[bytes];
    new Random(node.instance().hashCode()).nextBytes(content);
    Files.write(root.resolve("content"), content);
    var archive = folder.resolve(repository + ".tar").toString();
    var tar = new ProcessBuilder("tar", "-C", root.toString(), "-cf", archive, ".").start();
    assertThat(tar.waitFor()).isZero();
    var local = node.instance() + "-" + repository + ":local";
    TestDocker.run(
        "import",
        "--change",
        "CMD [\"/bin/busybox\",\"sleep\",\"100000\"]",
        "--change",
        "LABEL dev.larder.test=pulls",
        archive,
        local);
    var there = registry.push(local, node.instance() + "/" + repository);
    TestDocker.run("rmi", local);
    return there.replace("127.0.0.1:" + registry.port(), engine.hostAddress() + ":" + line.port());
  }

  /** With a health check, which soon proves it good. */
  private static ObjectNode changing(ObjectNode desired, String image) {
    var module = TestDesired.module(desired, "changing", image);
    var check = module.withObject("settings").withObject("createOptions").putObject("Healthcheck");
    check
        .put("Interval", 1_000_000_000L)
        .putArray("Test")
        .add("CMD")
        .add("/bin/busybox")
        .add("true");
    return module;
  }

  private static ObjectNode manifest(String image) {
    var desired = TestDesired.desired();
    changing(desired, image);
    TestDesired.module(desired, "untouched", TestDocker.IMAGE);
    return desired;
  }

  private static ModuleReport changing(NodeReport report) {
    return Optional.ofNullable(report.modules().get("changing")).orElseThrow();
  }

  private static String says(NodeReport report) {
    return changing(report).statusDescription();
  }

  private List<String> containers() throws Exception {
    return engine
        .docker(
            "ps",
            "--no-trunc",
            "--format",
            "{{.ID}} {{.Names}}",
            "--filter",
            "name=" + node.instance())
        .lines()
        .sorted()
        .toList();
  }

  private String imageOfChanging() throws Exception {
    return engine.docker("inspect", "--format", "{{.Config.Image}}", node.instance() + "-changing");
  }

  @Test
  void aRegistryThatGoesAwayInMidPullIsWaitedForWhileAllRunsOn() throws Exception {
    node.apply(manifest(TestDocker.IMAGE));
    var before = containers();
    var image = push("away", 2 * MEBIBYTE);
    line.speed(SLOW_BYTES_PER_SECOND);
    long version = node.cloud().offer(manifest(image));
    Await.until(() -> line.receivedBytes() > MEBIBYTE / 2);
    int port = line.port();
    line.close();

    var report = node.cloud().awaitReport(r -> says(r).contains("next try at"));
    assertThat(says(report))
        .contains(
            "registry cannot be reached at " + engine.hostAddress() + ":" + port,
            "see that it runs");
    assertThat(changing(report).runtimeStatus()).isEqualTo("running");
    assertThat(report.lastDesiredStatus().code()).isEqualTo(500);
    assertThat(containers()).isEqualTo(before);

    line = line(port);
    node.cloud().awaitReport(TestNode.applied(version));
    assertThat(imageOfChanging()).isEqualTo(image);
    assertThat(containers()).contains(untouched(before));
  }

  private String untouched(List<String> containers) {
    return containers.stream().filter(c -> c.endsWith("-untouched")).findFirst().orElseThrow();
  }

  @Test
  void anEngineThatIsStoppedInMidPullPullsWhenItIsBack() throws Exception {
    node.apply(manifest(TestDocker.IMAGE));
    var before = containers();
    var image = push("stopped", 2 * MEBIBYTE);
    line.speed(SLOW_BYTES_PER_SECOND);
    long version = node.cloud().offer(manifest(image));
    Await.until(() -> line.receivedBytes() > MEBIBYTE / 2);
    engine.stop();
    line.speed(FAST_BYTES_PER_SECOND);
    engine.start();
    node.cloud().awaitReport(TestNode.applied(version));
    assertThat(imageOfChanging()).isEqualTo(image);
    assertThat(containers()).contains(untouched(before));
  }

  @Test
  void anImageLargerThanTheDiskIsReportedAndPulledWhenThereIsRoom() throws Exception {
    node.apply(manifest(TestDocker.IMAGE));
    var before = containers();
    var image = push("large", 30 * MEBIBYTE);
    long version = node.cloud().offer(manifest(image));
    var report = node.cloud().awaitReport(r -> says(r).contains("is full"));
    assertThat(says(report))
        .contains(
            "the disk of the Docker engine, with " + engine.disk().resolve("engine"),
            "free space on it",
            "next try at");
    assertThat(changing(report).runtimeStatus()).isEqualTo("running");
    assertThat(containers()).isEqualTo(before);

    engine.resize(3 * DISK_MEBIBYTES);
    node.cloud().awaitReport(TestNode.applied(version));
    assertThat(imageOfChanging()).isEqualTo(image);
    assertThat(containers()).contains(untouched(before));
  }

  private ObjectNode coloured(String colour) {
    var desired = manifest(TestDocker.IMAGE);
    changing(desired, TestDocker.IMAGE).putObject("env").putObject("COLOUR").put("value", colour);
    return desired;
  }

  @Test
  void aDiskWithoutAnyRoomHarmsNothingAndAllGoesOnWhenThereIsSome() throws Exception {
    node.apply(coloured("red"));
    var before = containers();
    var manifest = node.dataDir().resolve("agent/manifest.sealed");
    var kept = Files.readAllBytes(manifest);

    var ballast = engine.fill();
    long version = node.cloud().offer(coloured("blue"));
    var report =
        node.cloud()
            .awaitReport(r ->
                r.lastDesiredVersion() == version
                    && r.lastDesiredStatus().code() == 500
                    && says(r).contains("next try at"));
    assertThat(says(report)).contains("disk", "is full", "free space on it");
    assertThat(containers()).isEqualTo(before);
    assertThat(manifest).hasBinaryContent(kept);

    Files.delete(ballast);
    node.cloud().awaitReport(TestNode.applied(version));
    Await.until(() -> !Arrays.equals(Files.readAllBytes(manifest), kept));
    try (var files = Files.list(node.dataDir().resolve("agent"))) {
      assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".new"));
    }

    // From disk alone.
    node.stop();
    engine.docker("rm", "-f", node.instance() + "-changing");
    node.cloud().close();
    node.start();
    Await.until(() -> containers().size() == 2);
    assertThat(engine.docker("inspect", node.instance() + "-changing")).contains("COLOUR=blue");
  }
}
