package dev.larder.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.identity.ModuleIdentity;
import dev.larder.common.report.NodeReport;
import dev.larder.common.report.NodeReport.ModuleReport;
import java.nio.file.Files;
import java.security.KeyPairGenerator;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A whole agent between a real cloud endpoint and the real engine. */
class AgentDockerIT {

  private static final String HEALTHY = checkedBy("true");

  @RegisterExtension private final TestNode node = new TestNode("agt");

  @BeforeEach
  void drives() throws Exception {
    // As the deploy script leaves it.
    Files.writeString(
        node.dataDir().resolve("drives"), node.dataDir().resolve("drive/larder") + "\n");
  }

  private static ObjectNode with(ObjectNode desired, String name, String createOptions) {
    var module = TestDesired.module(desired, name, TestDocker.IMAGE).put("restartPolicy", "always");
    module.withObject("settings").put("createOptions", createOptions);
    return module;
  }

  /** A health check each second by a command of busybox. */
  private static String checkedBy(String command) {
    return "{\"Healthcheck\":{\"Test\":[\"CMD\",\"/bin/busybox\",\""
        + command
        + "\"],\"Interval\":1000000000,\"Retries\":2}}";
  }

  private static Predicate<NodeReport> module(String name, Predicate<ModuleReport> wanted) {
    return report -> report.modules().containsKey(name) && wanted.test(report.modules().get(name));
  }

  private String inspect(String module, String format) throws Exception {
    return TestDocker.run("inspect", "--format", format, node.instance() + "-" + module);
  }

  @Test
  void followsTheManifestAndLeavesUntouchedModulesAlone() throws Exception {
    var foreign = node.instance() + "-foreign";
    TestDocker.run(
        "run", "-d", "--name", foreign, "--label", "dev.larder.test=agent", TestDocker.IMAGE);
    try {
      var desired = TestDesired.desired();
      with(desired, "one", "{}");
      with(desired, "two", "{\"HostConfig\":{\"Binds\":[\"store:/data\"]}}");
      node.apply(desired);
      var one = inspect("one", "{{.Id}}");
      var two = inspect("two", "{{.Id}}");
      assertThat(inspect("one", "{{.Config.Env}}"))
          .contains(
              "IOTEDGE_MODULEID=one",
              "IOTEDGE_GATEWAYHOSTNAME=hub",
              "IOTEDGE_WORKLOADURI=unix:///run/larder/workload.sock",
              "IOTEDGE_MODULEGENERATIONID="
                  + ModuleIdentity.read(node.dataDir().resolve("identity/one")).generation());
      assertThat(node.dataDir().resolve("identity/one/workload.sock")).exists();
      assertThat(
              TestDocker.run(
                  "volume", "ls", "-q", "--filter", "name=" + node.instance() + "-store"))
          .isEqualTo(node.instance() + "-store");
      assertThat(Files.readString(node.dataDir().resolve("identity/one/key"))).hasSize(44);

      with(desired, "one", HEALTHY).putObject("env").putObject("COLOUR").put("value", "red");
      with(desired, "three", "{}");
      var report = node.apply(desired);
      assertThat(report.modules()).containsOnlyKeys("one", "two", "three");
      assertThat(inspect("one", "{{.Id}}")).isNotEqualTo(one);
      assertThat(inspect("one", "{{.Config.Env}}")).contains("COLOUR=red");
      assertThat(inspect("two", "{{.Id}}")).isEqualTo(two);

      ((ObjectNode) desired.get("modules")).remove("one");
      node.apply(desired);
      assertThat(
              TestDocker.ids(
                  "ps",
                  "-a",
                  "--format",
                  "{{.Names}}",
                  "--filter",
                  "label=dev.larder.instance=" + node.instance()))
          .containsExactlyInAnyOrder(node.instance() + "-two", node.instance() + "-three");
      assertThat(inspect("two", "{{.Id}}")).isEqualTo(two);
      assertThat(node.dataDir().resolve("identity/one")).doesNotExist();
      assertThat(inspect("foreign", "{{.State.Running}}")).isEqualTo("true");
    } finally {
      TestDocker.run("rm", "-f", foreign);
    }
  }

  @Test
  void saysWhichDriveFolderIsMissingAndGoesOnWhenItIsThere() throws Exception {
    var drive = node.dataDir().resolve("drive/larder");
    var desired = TestDesired.desired();
    with(desired, "one", "{\"HostConfig\":{\"Binds\":[\"" + drive + ":/cache/1\"]}}");
    with(desired, "two", "{}");
    node.cloud().offer(desired);
    var report =
        node.cloud()
            .awaitReport(
                module("one", m -> m.statusDescription().contains("does not exist"))
                    .and(module("two", m -> m.runtimeStatus().equals("running"))));
    assertThat(report.modules().get("one"))
        .extracting(ModuleReport::statusDescription)
        .asString()
        .contains("drive folder " + drive + " does not exist", "install -d -o 10000");
    assertThat(drive).doesNotExist();

    Files.createDirectories(drive);
    node.cloud().awaitReport(module("one", m -> m.runtimeStatus().equals("running")));
  }

  @Test
  void restartsWhatDied() throws Exception {
    var desired = TestDesired.desired();
    with(desired, "one", "{}");
    node.apply(desired);
    var id = inspect("one", "{{.Id}}");
    TestDocker.run("kill", id);
    node.cloud()
        .awaitReport(
            module("one", m -> m.restartCount() == 1 && m.runtimeStatus().equals("running")));
    assertThat(inspect("one", "{{.Id}}")).isEqualTo(id);
  }

  @Test
  void goesBackToWhatRanWhenAnUpdateIsNotHealthyAlsoAfterARestart() throws Exception {
    var desired = TestDesired.desired();
    with(desired, "one", HEALTHY);
    node.apply(desired);
    var id = inspect("one", "{{.Id}}");

    with(desired, "one", checkedBy("false"));
    var bad = node.cloud().offer(desired);
    Predicate<ModuleReport> isBack =
        m ->
            m.runtimeStatus().equals("running")
                && m.statusDescription().contains("taken back: its health check fails");
    var report = node.cloud().awaitReport(module("one", isBack));
    assertThat(report.lastDesiredVersion()).isEqualTo(bad);
    assertThat(report.lastDesiredStatus().code()).isEqualTo(500);
    assertThat(report.lastDesiredStatus().description()).contains("one: ", "taken back");
    assertThat(inspect("one", "{{.Id}} {{.State.Running}}")).isEqualTo(id + " true");

    node.stop();
    node.start();
    node.cloud().awaitNewReport(module("one", isBack));
    assertThat(inspect("one", "{{.Id}} {{.State.Running}}")).isEqualTo(id + " true");

    with(desired, "one", HEALTHY).put("version", "2");
    node.apply(desired);
    assertThat(inspect("one", "{{.Id}}")).isNotEqualTo(id);
    assertThat(TestDocker.ids("ps", "-aq", "--filter", "name=" + node.instance() + "-one"))
        .hasSize(1);
  }

  @Test
  void goesBackAlsoToWhatStoodStillWhenTheUpdateCame() throws Exception {
    var desired = TestDesired.desired();
    with(desired, "one", HEALTHY).put("restartPolicy", "never");
    node.apply(desired);
    var id = inspect("one", "{{.Id}}");
    TestDocker.run("stop", id);
    node.cloud().awaitReport(module("one", m -> !m.runtimeStatus().equals("running")));

    with(desired, "one", checkedBy("false")).put("restartPolicy", "never");
    node.cloud().offer(desired);
    node.cloud()
        .awaitReport(
            module(
                "one",
                m ->
                    m.runtimeStatus().equals("running")
                        && m.statusDescription().contains("taken back: its health check fails")));
    assertThat(inspect("one", "{{.Id}} {{.State.Running}}")).isEqualTo(id + " true");
  }

  @Test
  void startsWhatDependsOnOthersOnceTheyAreHealthy() throws Exception {
    var desired = TestDesired.desired();
    with(desired, "one", checkedBy("false")).putObject("rollback").put("enabled", false);
    with(desired, "two", "{}").putObject("dependsOn").put("one", "healthy");
    node.cloud().offer(desired);
    node.cloud().awaitReport(module("two", m -> m.statusDescription().equals("waits for one")));
    with(desired, "one", HEALTHY).putObject("rollback").put("enabled", false);
    node.apply(desired);
    assertThat(running(node.instance() + "-two")).isTrue();
  }

  @Test
  void refusesABadManifestAndOneThatTheCloudDidNotSign() throws Exception {
    var desired = TestDesired.desired();
    with(desired, "one", "{}");
    node.apply(desired);
    var id = inspect("one", "{{.Id}}");

    var invalid = TestDesired.desired();
    with(invalid, "one", "{no json").put("status", "sleeping");
    var refused = node.cloud().offer(invalid);
    var report =
        node.cloud().awaitReport(r -> r.lastDesiredVersion() == refused).lastDesiredStatus();
    assertThat(report.code()).isEqualTo(400);
    assertThat(report.description()).contains("one.settings.createOptions", "one.status");

    var thief = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    node.cloud().offer(TestDesired.desired(), thief);
    node.cloud().awaitReport(r -> r.lastDesiredStatus().code() == 401);
    assertThat(inspect("one", "{{.Id}} {{.State.Running}}")).isEqualTo(id + " true");
  }

  @Test
  void refusesWholeWhatTheHostPolicyDoesNotAllow() throws Exception {
    var desired = TestDesired.desired();
    with(desired, "one", "{}");
    node.apply(desired);
    var id = inspect("one", "{{.Id}}");

    with(desired, "two", "{\"HostConfig\":{\"privileged\":true}}");
    with(desired, "three", "{}");
    var refused = node.cloud().offer(desired);
    var report = node.cloud().awaitReport(r -> r.lastDesiredVersion() == refused);
    assertThat(report.lastDesiredStatus().code()).isEqualTo(403);
    assertThat(report.lastDesiredStatus().description())
        .contains("module two: createOptions.HostConfig.privileged", "host policy, privileged");
    assertThat(report.modules()).containsOnlyKeys("one");
    assertThat(inspect("one", "{{.Id}} {{.State.Running}}")).isEqualTo(id + " true");
    assertThat(running(node.instance() + "-three")).isFalse();
  }

  @Test
  void startsAgainFromDiskWithoutACloud() throws Exception {
    var desired = TestDesired.desired();
    with(desired, "one", "{}");
    node.apply(desired);
    node.stop();
    TestDocker.run("rm", "-f", node.instance() + "-one");
    node.cloud().close();
    node.start();
    Await.until(() -> running(node.instance() + "-one"));
  }

  private static boolean running(String name) throws Exception {
    return TestDocker.ids("ps", "-q", "--filter", "name=" + name).size() == 1;
  }

  @Test
  void pullsFromARegistry() throws Exception {
    try (var registry = new TestRegistry(node.dataDir().resolve("registry"))) {
      var image = registry.push(TestDocker.IMAGE, node.instance());
      var desired = TestDesired.desired();
      with(desired, "one", "{}");
      ((ObjectNode) desired.at("/modules/one/settings")).put("image", image);
      node.apply(desired);
      assertThat(inspect("one", "{{.Config.Image}}")).isEqualTo(image);
      node.stop();
      TestDocker.run("rm", "-f", node.instance() + "-one");
      TestDocker.run("rmi", image);
    }
  }
}
