package dev.larder.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.report.NodeReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a module reaches of the machine and of another node, whose name begins with this node's. */
class NeighboursIT {
  @RegisterExtension private final TestNode node = new TestNode("nei");
  @TempDir private Path folder;
  private String neighbour;

  /** Its agent's container and its hub's volume, for all that the engine knows. */
  @BeforeEach
  void neighbour() throws Exception {
    neighbour = node.instance() + "-2";
    var label = "dev.larder.instance=" + neighbour;
    TestDocker.run("volume", "create", "--label", label, neighbour + "-hub-data");
    TestDocker.run(
        "create",
        "--name",
        neighbour + "-agent",
        "--label",
        label,
        "-v",
        "/secret",
        TestDocker.IMAGE);
    Files.createDirectories(folder.resolve("disk"));
    Files.writeString(
        node.dataDir().resolve("policy.json"),
        "{\"localImages\": true, \"binds\": [{\"path\": \"" + folder + "\"}]}");
    TestDocker.command(List.of("mount", "-t", "tmpfs", "none", folder.resolve("disk").toString()));
  }

  @AfterEach
  void clear() throws Exception {
    TestDocker.clear(neighbour);
    TestDocker.command(List.of("umount", folder.resolve("disk").toString()));
  }

  private static ObjectNode module(ObjectNode desired, String name, String host)
      throws IOException {
    var module = TestDesired.module(desired, name, TestDocker.IMAGE);
    module.put("imagePullPolicy", "never");
    var options = module.withObject("settings").putObject("createOptions");
    options.set("HostConfig", Json.mapper().readTree(host.replace('\'', '"')));
    return desired;
  }

  private static ObjectNode desired() {
    var desired = TestDesired.desired();
    ((ObjectNode) desired.at("/systemModules/edgeAgent")).put("imagePullPolicy", "never");
    return desired;
  }

  private static String says(NodeReport report, String module) {
    var told = report.modules().get(module);
    return told == null ? "" : told.statusDescription();
  }

  private static boolean runs(NodeReport report, String module) {
    var told = report.modules().get(module);
    return told != null && told.runtimeStatus().equals("running");
  }

  @Test
  void anotherNodesContainersAndVolumesAreNotOpenedByNamesThatAreGluedAlike() throws Exception {
    var desired = desired();
    module(desired, "2-agent", "{}");
    module(desired, "from", "{'VolumesFrom': ['" + neighbour + "-agent']}");
    module(desired, "joined", "{'PidMode': 'container:" + neighbour + "-agent'}");
    module(desired, "volume", "{'Binds': ['2-hub-data:/x']}");
    module(desired, "own", "{'Binds': ['data:/x']}");
    module(desired, "friend", "{'VolumesFrom': ['" + node.instance() + "-own']}");
    node.cloud().offer(desired);
    node.cloud()
        .awaitReport(report ->
            says(report, "from").contains(neighbour + "-agent is not this node's")
                && says(report, "joined").contains(neighbour + "-agent is not this node's")
                && says(report, "volume").contains(neighbour + "-hub-data is the node " + neighbour)
                && runs(report, "own")
                && runs(report, "friend"));
    for (var refused : List.of("from", "joined", "volume")) {
      assertThat(TestDocker.ids("ps", "-aq", "--filter", "name=" + node.instance() + "-" + refused))
          .isEmpty();
    }
  }

  @Test
  void aReadOnlyFolderCannotBeWrittenWhereAnotherDiskIsMountedBelow() throws Exception {
    Files.writeString(folder.resolve("file"), "read");
    var desired = module(desired(), "reader", "{'Binds': ['" + folder + ":/m:ro']}");
    node.apply(desired);
    var written =
        TestDocker.run(
            "exec",
            node.instance() + "-reader",
            "/bin/busybox",
            "sh",
            "-c",
            "busybox cat /m/file; busybox touch /m/disk/new || echo not written");
    assertThat(written).contains("read", "Read-only file system", "not written");
    try (var files = Files.list(folder.resolve("disk"))) {
      assertThat(files).isEmpty();
    }
  }
}
