package dev.larder.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.report.NodeReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A whole agent that pulls within a limit, from a registry that is not on loopback. */
@Timeout(300)
class PullLimitIT {
  private static final int FAST = 100_000_000;
  private static final int LIMIT = 250_000;
  private static final int SLOW = 25_000;

  /** What TLS, manifests and configurations add to layers. */
  private static final int BESIDE_LAYERS = 150_000;

  @RegisterExtension private final TestNode node = new TestNode("lim");
  @TempDir private Path folder;
  private final List<String> images = new ArrayList<>();
  private TlsRegistry registry;

  @BeforeEach
  void start() throws Exception {
    registry = new TlsRegistry(folder.resolve("registry"), true, FAST);
  }

  @AfterEach
  void stop() throws Exception {
    registry.close();
    for (var image : images) {
      if (!TestDocker.ids("images", "-q", image).isEmpty()) {
        TestDocker.run("rmi", image);
      }
    }
    var left = names();
    for (var image : left) {
      TestDocker.run("rmi", image.substring(0, image.indexOf('@')));
    }
    assertThat(left).isEmpty();
  }

  private String push(String name, int... layersBytes) throws Exception {
    var image = registry.push(repository(name), layersBytes);
    images.add(image);
    return image;
  }

  private String repository(String name) {
    return node.instance() + "/" + name;
  }

  private static ObjectNode manifest(int bytesPerSecond) {
    var desired = TestDesired.desired(TestDocker.IMAGE);
    var settings = desired.withObject("runtime").putObject("settings");
    settings.put("maxPullBytesPerSecond", bytesPerSecond);
    return desired;
  }

  private static String says(NodeReport report) {
    var told = report.modules().get("one");
    return told == null ? "" : told.statusDescription();
  }

  /** What the engine calls the images of this test, by tag and by digest. */
  private List<String> names() throws Exception {
    return TestDocker.run("images", "--digests", "--format", "{{.Repository}}:{{.Tag}}@{{.Digest}}")
        .lines()
        .filter(line -> line.contains(node.instance()))
        .toList();
  }

  private long received() {
    return registry.line().receivedBytes();
  }

  @Test
  void allPullsTogetherKeepTheLimitAndEndUnderTheirOwnNamesAlone() throws Exception {
    var one = push("one", 1_000_000, 600_000);
    push("two", 1_200_000);
    var two = registry.where() + "/" + repository("two") + "@" + registry.digest(repository("two"));
    images.add(two);
    var desired = manifest(LIMIT);
    TestDesired.module(desired, "one", one);
    TestDesired.module(desired, "two", two);
    var began = System.nanoTime();
    var version = node.cloud().offer(desired);
    var report = node.cloud().awaitReport(r -> says(r).matches("pulling [1-9][0-9]? %"));
    assertThat(report.modules()).containsKey("two");
    node.cloud().awaitReport(TestNode.applied(version));
    double seconds = (System.nanoTime() - began) / 1e9;

    assertThat(received()).isBetween(2_800_000L, 2_800_000L + BESIDE_LAYERS);
    assertThat(2_800_000 - (16 << 10)).isLessThanOrEqualTo((int) (LIMIT * seconds));
    assertThat(names()).hasSize(2).allMatch(name -> name.startsWith(registry.where() + "/"));
    for (var image : List.of(one, two)) {
      assertThat(TestDocker.run("inspect", "--format", "{{.RepoTags}} {{.RepoDigests}}", image))
          .contains(registry.where())
          .doesNotContain("127.0.0.1");
    }
    var noted = Json.mapper().readTree(node.dataDir().resolve("agent/pull-names.json").toFile());
    assertThat(noted).isEmpty();
    var kept = Json.mapper().readTree(node.dataDir().resolve("agent/images.json").toFile());
    assertThat(kept.path("images").findValuesAsText("references")).hasSize(2);
  }

  @Test
  void anotherLimitHoldsForWhatIsUnderWay() throws Exception {
    var image = push("changed", 2_000_000);
    var desired = manifest(SLOW);
    TestDesired.module(desired, "one", image);
    node.cloud().offer(desired);
    Await.until(() -> received() > 2 * SLOW);
    assertThat(received()).isLessThan(1_000_000);
    desired.withObject("runtime").withObject("settings").put("maxPullBytesPerSecond", 0);
    // The rest would take more than a minute.
    node.cloud().awaitReport(TestNode.applied(node.cloud().offer(desired)));
    assertThat(received()).isLessThan(2_000_000 + BESIDE_LAYERS);
    assertThat(names()).hasSize(1);
  }

  private interface Fault {
    void happen() throws Exception;
  }

  /** A pull that is most of the way when something happens to its line brings the rest alone. */
  private void goesOn(Fault fault) throws Exception {
    var desired = manifest(LIMIT);
    TestDesired.module(desired, "one", push("broken", 1_500_000));
    var version = node.cloud().offer(desired);
    Await.until(() -> received() > 900_000);
    var line = registry.line();
    line.speed(SLOW);
    assertThat(line.receivedBytes()).isLessThan(1_500_000);
    fault.happen();
    registry.line().speed(FAST);
    node.cloud().awaitReport(TestNode.applied(version));
    var all = line.equals(registry.line()) ? received() : line.receivedBytes() + received();
    assertThat(all).isLessThan(2_000_000);
    assertThat(names()).hasSize(1);
  }

  @Test
  void aLayerOverALineThatWasCutGoesOnWhereItWas() throws Exception {
    goesOn(() -> registry.line().cut());
  }

  @Test
  void aRegistryThatGoesAwayInMidPullIsGoneOnWith() throws Exception {
    goesOn(() -> {
      registry.goAway();
      registry.comeBack(FAST);
    });
  }

  @Test
  void layersComeOnceAlsoWhenTheEngineDoesNotReachTheRegistryAfterwards() throws Exception {
    var image = push("twice", 1_000_000);
    registry.line().speed(SLOW);
    var desired = manifest(LIMIT);
    TestDesired.module(desired, "one", image);
    var version = node.cloud().offer(desired);
    Await.until(() -> received() > 2 * SLOW);
    // The agent has connected, the engine by itself has not.
    registry.distrust();
    registry.line().speed(FAST);
    var report = node.cloud().awaitReport(r -> says(r).contains("next try at"));
    assertThat(says(report)).contains("certificate");
    assertThat(names()).singleElement().asString().startsWith("127.0.0.1:");
    // Another agent knows what the layers are there for.
    node.stop();
    registry.trust();
    node.start();
    node.cloud().awaitReport(TestNode.applied(version));
    assertThat(received()).isLessThan(1_000_000 + BESIDE_LAYERS);
    assertThat(names()).singleElement().asString().startsWith(registry.where() + "/");
    var kept = Json.mapper().readTree(node.dataDir().resolve("agent/images.json").toFile());
    assertThat(kept.path("images").findValuesAsText("references")).hasSize(1);
  }

  @Test
  void aRegistryThatIsAwayIsNamedAndWaitedFor() throws Exception {
    var image = push("away", 500_000);
    registry.goAway();
    var desired = manifest(LIMIT);
    TestDesired.module(desired, "one", image);
    var version = node.cloud().offer(desired);
    var report = node.cloud().awaitReport(r -> says(r).contains("next try at"));
    assertThat(says(report))
        .contains("registry cannot be reached at " + registry.where(), "see that it runs");
    registry.comeBack(FAST);
    node.cloud().awaitReport(TestNode.applied(version));
    assertThat(names()).hasSize(1);
  }

  @Test
  void theEnginesPasswordReachesTheRegistryAndAWrongOneIsToldOf() throws Exception {
    registry.close();
    registry = new TlsRegistry(folder.resolve("closed"), false, FAST);
    var image = push("closed", 200_000);
    var desired = manifest(LIMIT);
    TestDesired.module(desired, "one", image);
    var known =
        desired
            .withObject("runtime")
            .withObject("settings")
            .putObject("registryCredentials")
            .putObject("test")
            .put("address", registry.where())
            .put("username", TestRegistry.USER)
            .put("password", "another");
    node.cloud().offer(desired);
    var report = node.cloud().awaitReport(r -> says(r).contains("next try at"));
    assertThat(says(report)).contains("authentication required").doesNotContain("127.0.0.1");
    known.put("password", TestRegistry.PASSWORD);
    node.cloud().awaitReport(TestNode.applied(node.cloud().offer(desired)));
    assertThat(names()).hasSize(1);
  }

  @Test
  void anAgentThatWasKilledInMidPullLeavesNoNameBehind() throws Exception {
    var image = push("killed", 1_000_000);
    var desired = manifest(LIMIT);
    TestDesired.module(desired, "one", image);
    node.stop();
    var version = node.cloud().offer(desired);
    var process = AgentProcess.start(node.dataDir(), folder.resolve("agent.log"));
    var note = node.dataDir().resolve("agent/pull-names.json");
    Await.until(() -> received() > 300_000);
    process.destroyForcibly();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    var noted = Json.mapper().readTree(note.toFile()).path(0).asText();
    assertThat(noted).startsWith("127.0.0.1:").endsWith("/" + repository("killed") + ":1");
    // As if the engine had been as good as done.
    TestDocker.run("tag", TestDocker.IMAGE, noted);

    node.start();
    node.cloud().awaitReport(TestNode.applied(version));
    assertThat(names()).singleElement().asString().startsWith(registry.where() + "/");
  }

  @Test
  void aPullThatNobodyWantsAnyMoreTakesNothingMoreOfTheLine() throws Exception {
    var desired = manifest(SLOW);
    TestDesired.module(desired, "one", push("vain", 2_000_000));
    node.cloud().offer(desired);
    Await.until(() -> received() > 2 * SLOW);
    desired.putObject("modules");
    node.cloud().awaitReport(TestNode.applied(node.cloud().offer(desired)));
    Await.until(() -> registry.line().isIdle());
    assertThat(received()).isLessThan(1_000_000);
    assertThat(names()).isEmpty();
  }

  /** In a container of the machine's own Java; from disk alone, for its cloud is out of reach. */
  private String agentInContainer(String... options) throws Exception {
    var words = new ArrayList<>(List.of("run", "-d", "--name", node.instance() + "-agent"));
    words.addAll(List.of("--label", "dev.larder.instance=" + node.instance()));
    words.addAll(List.of("--label", "dev.larder.module=edgeAgent"));
    words.addAll(List.of(options));
    words.addAll(List.of("-v", "/var/run/docker.sock:/var/run/docker.sock"));
    words.addAll(List.of("-v", node.dataDir() + ":" + node.dataDir()));
    for (var path : machine()) {
      words.addAll(List.of("-v", path + ":" + path + ":ro"));
    }
    words.add(TestDocker.IMAGE);
    words.addAll(AgentProcess.command(node.dataDir()));
    return TestDocker.run(words.toArray(String[]::new));
  }

  private static Set<String> machine() {
    var paths = new TreeSet<>(List.of("/usr", "/lib", "/lib64", "/etc/docker/certs.d"));
    paths.addAll(List.of(System.getProperty("java.class.path").split(":", -1)));
    paths.removeIf(path -> path.isEmpty() || !Files.exists(Path.of(path)));
    return paths;
  }

  @Test
  void anAgentInAContainerIsReachedByThePortThatItHasOnTheHost() throws Exception {
    var image = push("boxed", 300_000);
    var desired = manifest(LIMIT);
    TestDesired.module(desired, "one", image);
    node.apply(desired);
    node.stop();
    TestDocker.run("rm", "-f", node.instance() + "-one");
    TestDocker.run("rmi", image);
    var without = agentInContainer();
    Await.until(() ->
        TestDocker.run("logs", without)
            .contains(
                "needs port 9601 of the agent's container on 127.0.0.1, and this node was deployed"
                    + " without it: run the deploy command again"));
    TestDocker.run("rm", "-f", without);
    var before = received();

    agentInContainer("--publish", "127.0.0.1::9601");
    Await.until(() ->
        !TestDocker.ids("ps", "-q", "--filter", "name=" + node.instance() + "-one").isEmpty());
    assertThat(received() - before).isBetween(300_000L, 300_000L + BESIDE_LAYERS);
    assertThat(names()).singleElement().asString().startsWith(registry.where() + "/");
  }
}
