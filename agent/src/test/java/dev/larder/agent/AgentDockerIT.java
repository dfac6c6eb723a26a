package dev.larder.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.agent.enrol.EnrolCommand;
import dev.larder.agent.node.NodeFiles;
import dev.larder.common.json.Json;
import dev.larder.common.report.NodeReport;
import dev.larder.common.report.NodeReport.ModuleReport;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole agent between a real cloud endpoint and the real engine. */
class AgentDockerIT {
  private static final URI ENGINE = URI.create("unix:///var/run/docker.sock");

  @TempDir private Path dataDir;
  private final String instance =
      "agt-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
  private TestCloud cloud;
  private Agent agent;

  AgentDockerIT() throws Exception {
    cloud = new TestCloud();
  }

  @BeforeAll
  static void image(@TempDir Path folder) throws Exception {
    TestDocker.image(folder);
  }

  @BeforeEach
  void start() throws Exception {
    var request = cloud.request(instance, dataDir.toString());
    var code =
        new EnrolCommand(
                new ByteArrayInputStream(Json.writeBytes(request)),
                System.out,
                System.err,
                InstantSource.system())
            .run("test");
    assertThat(code).isZero();
    startAgent();
  }

  private void startAgent() throws Exception {
    agent = new Agent(new NodeFiles(dataDir), ENGINE, 0, "test", InstantSource.system());
    agent.start();
  }

  @AfterEach
  void stop() throws Exception {
    agent.close();
    cloud.close();
    TestDocker.clear(instance);
  }

  private static ObjectNode manifest(String agentImage) {
    var desired = Json.object().put("schemaVersion", "1.1");
    desired.putObject("runtime").put("type", "docker");
    desired.putObject("modules");
    desired
        .putObject("systemModules")
        .putObject("edgeAgent")
        .put("type", "docker")
        .putObject("settings")
        .put("image", agentImage);
    return desired;
  }

  private static ObjectNode with(ObjectNode desired, String name, String createOptions) {
    var module =
        ((ObjectNode) desired.get("modules"))
            .putObject(name)
            .put("type", "docker")
            .put("restartPolicy", "always");
    module.putObject("settings").put("image", TestDocker.IMAGE).put("createOptions", createOptions);
    return module;
  }

  private static Predicate<NodeReport> applied(long version) {
    return report ->
        report.lastDesiredVersion() == version && report.lastDesiredStatus().code() == 200;
  }

  private static Predicate<NodeReport> module(String name, Predicate<ModuleReport> wanted) {
    return report -> report.modules().containsKey(name) && wanted.test(report.modules().get(name));
  }

  private String inspect(String module, String format) throws Exception {
    return TestDocker.run("inspect", "--format", format, instance + "-" + module);
  }

  @Test
  void followsTheManifestAndLeavesUntouchedModulesAlone() throws Exception {
    var foreign = instance + "-foreign";
    TestDocker.run(
        "run", "-d", "--name", foreign, "--label", "dev.larder.test=agent", TestDocker.IMAGE);
    try {
      var desired = manifest("agent:1");
      with(desired, "one", "{}");
      with(desired, "two", "{\"HostConfig\":{\"Binds\":[\"store:/data\"]}}");
      cloud.awaitReport(applied(cloud.offer(desired)));
      var one = inspect("one", "{{.Id}}");
      var two = inspect("two", "{{.Id}}");
      assertThat(inspect("one", "{{.Config.Env}}"))
          .contains("IOTEDGE_MODULEID=one", "IOTEDGE_GATEWAYHOSTNAME=hub");
      assertThat(TestDocker.run("volume", "ls", "-q", "--filter", "name=" + instance + "-store"))
          .isEqualTo(instance + "-store");
      assertThat(Files.readString(dataDir.resolve("identity/one/key"))).hasSize(44);

      with(desired, "one", "{}").putObject("env").putObject("COLOUR").put("value", "red");
      with(desired, "three", "{}");
      var report = cloud.awaitReport(applied(cloud.offer(desired)));
      assertThat(report.modules()).containsOnlyKeys("one", "two", "three");
      assertThat(inspect("one", "{{.Id}}")).isNotEqualTo(one);
      assertThat(inspect("one", "{{.Config.Env}}")).contains("COLOUR=red");
      assertThat(inspect("two", "{{.Id}}")).isEqualTo(two);

      ((ObjectNode) desired.get("modules")).remove("one");
      cloud.awaitReport(applied(cloud.offer(desired)));
      assertThat(
              TestDocker.ids(
                  "ps",
                  "-a",
                  "--format",
                  "{{.Names}}",
                  "--filter",
                  "label=dev.larder.instance=" + instance))
          .containsExactlyInAnyOrder(instance + "-two", instance + "-three");
      assertThat(inspect("two", "{{.Id}}")).isEqualTo(two);
      assertThat(dataDir.resolve("identity/one")).doesNotExist();
      assertThat(inspect("foreign", "{{.State.Running}}")).isEqualTo("true");
    } finally {
      TestDocker.run("rm", "-f", foreign);
    }
  }

  @Test
  void saysWhichDriveFolderIsMissingAndGoesOnWhenItIsThere() throws Exception {
    var drive = dataDir.resolve("drive/larder");
    var desired = manifest("agent:1");
    with(desired, "one", "{\"HostConfig\":{\"Binds\":[\"" + drive + ":/cache/1\"]}}");
    with(desired, "two", "{}");
    cloud.offer(desired);
    var report =
        cloud.awaitReport(
            module("one", m -> m.statusDescription().contains("does not exist"))
                .and(module("two", m -> m.runtimeStatus().equals("running"))));
    assertThat(report.modules().get("one"))
        .extracting(ModuleReport::statusDescription)
        .asString()
        .contains("drive folder " + drive + " does not exist", "install -d -o 10000");
    assertThat(drive).doesNotExist();

    Files.createDirectories(drive);
    cloud.awaitReport(module("one", m -> m.runtimeStatus().equals("running")));
  }

  @Test
  void restartsWhatDied() throws Exception {
    var desired = manifest("agent:1");
    with(desired, "one", "{}");
    cloud.awaitReport(applied(cloud.offer(desired)));
    var id = inspect("one", "{{.Id}}");
    TestDocker.run("kill", id);
    cloud.awaitReport(
        module("one", m -> m.restartCount() == 1 && m.runtimeStatus().equals("running")));
    assertThat(inspect("one", "{{.Id}}")).isEqualTo(id);
  }

  @Test
  void refusesABadManifestAndOneThatTheCloudDidNotSign() throws Exception {
    var desired = manifest("agent:1");
    with(desired, "one", "{}");
    cloud.awaitReport(applied(cloud.offer(desired)));
    var id = inspect("one", "{{.Id}}");

    var invalid = manifest("agent:1");
    with(invalid, "one", "{no json").put("status", "sleeping");
    var refused = cloud.offer(invalid);
    var report = cloud.awaitReport(r -> r.lastDesiredVersion() == refused).lastDesiredStatus();
    assertThat(report.code()).isEqualTo(400);
    assertThat(report.description()).contains("one.settings.createOptions", "one.status");

    var thief = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    cloud.offer(manifest("agent:1"), thief);
    cloud.awaitReport(r -> r.lastDesiredStatus().code() == 401);
    assertThat(inspect("one", "{{.Id}} {{.State.Running}}")).isEqualTo(id + " true");
  }

  @Test
  void startsAgainFromDiskWithoutACloud() throws Exception {
    var desired = manifest("agent:1");
    with(desired, "one", "{}");
    cloud.awaitReport(applied(cloud.offer(desired)));
    agent.close();
    TestDocker.run("rm", "-f", instance + "-one");
    cloud.close();
    startAgent();
    Await.until(() -> running(instance + "-one"));
  }

  private static boolean running(String name) throws Exception {
    return TestDocker.ids("ps", "-q", "--filter", "name=" + name).size() == 1;
  }

  @Test
  void pullsFromARegistry() throws Exception {
    try (var registry = new TestRegistry(dataDir.resolve("registry"))) {
      var image = registry.push(TestDocker.IMAGE, instance);
      var desired = manifest("agent:1");
      with(desired, "one", "{}");
      ((ObjectNode) desired.at("/modules/one/settings")).put("image", image);
      cloud.awaitReport(applied(cloud.offer(desired)));
      assertThat(inspect("one", "{{.Config.Image}}")).isEqualTo(image);
      agent.close();
      TestDocker.run("rm", "-f", instance + "-one");
      TestDocker.run("rmi", image);
    }
  }
}
