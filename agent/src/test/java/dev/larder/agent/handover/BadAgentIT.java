package dev.larder.agent.handover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.Await;
import dev.larder.agent.TestCloud;
import dev.larder.agent.TestDesired;
import dev.larder.agent.TestDocker;
import dev.larder.agent.TestEnrolment;
import dev.larder.agent.TestNode;
import dev.larder.agent.converge.Converger;
import dev.larder.agent.converge.HistoryFile;
import dev.larder.agent.converge.StepRunner;
import dev.larder.agent.create.NodeContext;
import dev.larder.agent.engine.Engine;
import dev.larder.agent.engine.EngineException;
import dev.larder.agent.identity.ModuleIdentities;
import dev.larder.agent.node.NodeNames;
import dev.larder.agent.pull.Pulls;
import dev.larder.agent.workload.Workloads;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.AgentDesired;
import dev.larder.common.manifest.AgentDesiredReader;
import dev.larder.common.manifest.NodeManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The predecessor's side of a hand-over to images that are no agents: the container that stands for
 * the agent's own runs on, and nothing of the successor stays.
 */
@Timeout(120)
class BadAgentIT {
  private static final Duration PROOF = Duration.ofSeconds(4);
  private static final InstantSource CLOCK = InstantSource.system();

  private final String instance =
      "bad-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
  private final NodeNames names = new NodeNames(instance);
  private final TestCloud cloud;
  private CacheNodeId node;
  private Engine engine;
  private Workloads workloads;
  private StepRunner runner;
  private Converger converger;
  private AgentUpdate update;
  private Thread thread;
  private final AtomicInteger pullLooks = new AtomicInteger();
  private volatile boolean isHastened;
  private volatile Optional<IOException> problemOfDisk = Optional.empty();
  private String own;
  private OwnContainer ownContainer;

  BadAgentIT() throws Exception {
    cloud = new TestCloud();
  }

  @BeforeAll
  static void image(@TempDir Path folder) throws Exception {
    TestDocker.image(folder);
  }

  @BeforeEach
  void start(@TempDir Path dataDir) throws Exception {
    var files = TestEnrolment.enrol(cloud.request(instance, dataDir.toString()), dataDir);
    var config = files.readConfig().orElseThrow();
    node = config.cacheNodeId();
    engine = new Engine(TestNode.ENGINE, names, node);
    workloads = new Workloads(files, config, CLOCK, CLOCK);
    var identities = new ModuleIdentities(files, config, workloads, CLOCK);
    runner =
        new StepRunner(
            engine,
            new Pulls(engine::pull, System::nanoTime),
            new NodeContext(names, node, files.identities().toString()),
            identities,
            CLOCK,
            (_, _, _, _) -> {});
    converger = new Converger(engine, runner, identities, new HistoryFile(files), CLOCK, _ -> {});
    own =
        TestDocker.run(
            "run",
            "-d",
            "--name",
            instance + "-agent",
            "--label",
            "dev.larder.instance=" + instance,
            "--label",
            "dev.larder.module=edgeAgent",
            "--restart",
            "unless-stopped",
            TestDocker.IMAGE);
    ownContainer = engine.inspect(own).flatMap(OwnContainer::of).orElseThrow();
    begin(ownContainer);
  }

  private void begin(OwnContainer container) {
    update =
        new AgentUpdate(
            engine,
            runner,
            converger,
            names,
            container,
            () -> problemOfDisk,
            CLOCK,
            PROOF,
            new PullWait(this::isPulling, System::nanoTime));
    thread = Thread.ofVirtual().start(update::run);
  }

  @AfterEach
  void stop() throws Exception {
    thread.interrupt();
    thread.join();
    converger.close();
    workloads.close();
    engine.close();
    cloud.close();
    TestDocker.clear(instance);
    for (var image : TestDocker.ids("images", "--format", "{{.Repository}}:{{.Tag}}", instance)) {
      TestDocker.run("rmi", "-f", image);
    }
  }

  /** Says so as often as a test has set, and notes whether a successor was there meanwhile. */
  private boolean isPulling() {
    try {
      isHastened |= engine.inspect(names.next(ModuleId.AGENT)).isPresent();
    } catch (EngineException e) {
      throw new AssertionError(e);
    }
    return pullLooks.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
  }

  /** An image that runs this command. */
  private String image(String command, Path folder) throws Exception {
    var root = Files.createDirectories(folder.resolve("root/bin"));
    Files.copy(Path.of("/bin/busybox"), root.resolve("busybox"));
    var archive = folder.resolve("root.tar").toString();
    var tar =
        new ProcessBuilder("tar", "-C", folder.resolve("root").toString(), "-cf", archive, "bin")
            .start();
    assertThat(tar.waitFor()).isZero();
    TestDocker.run("import", "--change", "CMD " + command, archive, instance + ":bad");
    return instance + ":bad";
  }

  /** Another name of the agent's own image. */
  private String other() throws Exception {
    TestDocker.run("tag", TestDocker.IMAGE, instance + ":other");
    return instance + ":other";
  }

  private static AgentDesired manifest(String image) {
    return AgentDesiredReader.read(TestDesired.desired(image), "").orThrow();
  }

  /** Waits until the update to an image has failed, and sees that no harm was done. */
  private String problemWith(String image) throws Exception {
    update.want(manifest(image));
    Await.until(() -> !update.problem().isEmpty());
    assertThat(
            TestDocker.ids(
                "ps",
                "-a",
                "--no-trunc",
                "--format",
                "{{.ID}} {{.Names}} {{.State}}",
                "--filter",
                "name=" + instance))
        .isEqualTo(List.of(own + " " + instance + "-agent running"));
    assertThat(TestDocker.run("inspect", "--format", "{{.RestartCount}}", own)).isEqualTo("0");
    return update.problem();
  }

  @Test
  void oneThatRunsAndNeverTakesOverIsTakenAway(@TempDir Path folder) throws Exception {
    var image =
        image(
            "[\"/bin/busybox\",\"sh\",\"-c\","
                + "\"busybox echo hello; trap 'exit 0' TERM; busybox sleep 1000 & wait\"]",
            folder);
    assertThat(problemWith(image))
        .contains("the agent stays at " + TestDocker.IMAGE)
        .contains("did not take over within 4 s: hello", "next try at");
  }

  @Test
  void oneThatCannotBeStartedIsTakenAway(@TempDir Path folder) throws Exception {
    assertThat(problemWith(image("[\"/no/such/program\"]", folder)))
        .contains("the agent stays at", "/no/such/program", "next try at");
  }

  @Test
  void oneThatEndsAtOnceIsTakenAway(@TempDir Path folder) throws Exception {
    var image =
        image("[\"/bin/busybox\",\"sh\",\"-c\",\"busybox echo no config; exit 3\"]", folder);
    assertThat(problemWith(image)).contains("the new agent ended: no config", "next try at");
  }

  @Test
  void oneThatWouldNotFindTheManifestIsNotBegun() throws Exception {
    problemOfDisk = Optional.of(new IOException("No space left on device"));
    assertThat(problemWith(other()))
        .contains("would not find this manifest on disk", "disk of the node's own files is full");
  }

  @Test
  void aFaultDuringTheHandOverEndsThatAndNothingElse() throws Exception {
    thread.interrupt();
    thread.join();
    begin(new OwnContainer(own, "x", ownContainer.image(), ownContainer.imageId(), Json.object()));
    assertThat(problemWith(other())).contains("the agent has a fault");
    var desired = TestDesired.desired(TestDocker.IMAGE);
    TestDesired.module(desired, "one", TestDocker.IMAGE);
    converger.want(NodeManifest.read(NodeManifest.write(node, 1, desired)).orThrow());
    var loop = Thread.ofVirtual().start(converger::run);
    try {
      Await.until(
          () -> !TestDocker.ids("ps", "-q", "--filter", "name=" + instance + "-one").isEmpty());
    } finally {
      loop.interrupt();
      loop.join();
    }
  }

  @Test
  void pullsUnderWayEndBefore(@TempDir Path folder) throws Exception {
    pullLooks.set(2);
    assertThat(problemWith(image("[\"/no/such/program\"]", folder))).contains("/no/such/program");
    assertThat(pullLooks).hasValue(0);
    assertThat(isHastened).isFalse();
  }

  @Test
  void whatEarlierOnesLeftUnderBothNamesIsClearedAway(@TempDir Path folder) throws Exception {
    for (var name : List.of(names.failed(), names.next(ModuleId.AGENT))) {
      TestDocker.run(
          "create",
          "--name",
          name,
          "--label",
          "dev.larder.instance=" + instance,
          "--label",
          "dev.larder.module=edgeAgent",
          TestDocker.IMAGE);
    }
    assertThat(problemWith(image("[\"/no/such/program\"]", folder))).contains("/no/such/program");
  }

  @Test
  void oneThatNobodyHasIsNotWaitedForAndTheManifestCanComeBack() throws Exception {
    assertThat(problemWith("127.0.0.1:1/larder-agent:9"))
        .contains("the registry cannot be reached at 127.0.0.1:1");
    update.want(manifest(TestDocker.IMAGE));
    Await.until(() -> update.problem().isEmpty());
  }
}
