package dev.larder.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.report.NodeReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A whole agent that pulls from a real registry over a slow line that is cut. */
class AgentPullsIT {
  private static final int SLOW_BYTES_PER_SECOND = 150_000;
  private static final int FAST_BYTES_PER_SECOND = 100_000_000;

  @RegisterExtension private final TestNode node = new TestNode("pul");
  private final List<String> images = new ArrayList<>();
  private final TestRegistry registry;
  private final SlowLine line;

  AgentPullsIT(@TempDir Path folder) throws Exception {
    registry = new TestRegistry(folder);
    line = new SlowLine(registry.port(), FAST_BYTES_PER_SECOND);
  }

  @AfterEach
  void stop() throws Exception {
    line.close();
    registry.close();
    for (var image : images) {
      if (!TestDocker.ids("images", "-q", image).isEmpty()) {
        TestDocker.run("rmi", image);
      }
    }
  }

  /** An image with a layer of each size, that nothing can make smaller, behind the line. */
  private String push(String repository, int... layersBytes) throws Exception {
    var local = node.instance() + "-" + repository + ":local";
    var container = TestDocker.run("create", "--label", "dev.larder.test=pulls", TestDocker.IMAGE);
    for (int i = 0; i < layersBytes.length; i++) {
      var bytes = new byte[layersBytes[i]];
      new Random(node.instance().hashCode() + repository.hashCode() + i).nextBytes(bytes);
      var file = node.dataDir().resolve(repository + i);
      Files.write(file, bytes);
      TestDocker.run("cp", file.toString(), container + ":/file" + i);
      TestDocker.run("commit", container, local);
      TestDocker.run("rm", container);
      container = TestDocker.run("create", "--label", "dev.larder.test=pulls", local);
    }
    TestDocker.run("rm", container);
    var there = registry.push(local, node.instance() + "/" + repository);
    TestDocker.run("rmi", local);
    var image = there.replace("127.0.0.1:" + registry.port(), "127.0.0.1:" + line.port());
    images.add(image);
    return image;
  }

  private static ObjectNode manifest(int pullsAtOnce) {
    var desired = TestDesired.desired();
    desired.withObject("runtime").putObject("settings").put("maxConcurrentPulls", pullsAtOnce);
    return desired;
  }

  private static String says(NodeReport report, String module) {
    var told = report.modules().get(module);
    return told == null ? "" : told.statusDescription();
  }

  /** Waits until a module says something like this; adds all that it said to a set. */
  private void await(String module, String pattern, Set<String> said) throws Exception {
    node.cloud()
        .awaitReport(report -> {
          said.add(says(report, module));
          return says(report, module).matches(pattern);
        });
  }

  @Test
  void modulesThatShareAnImageTellOfOnePullAndAnotherWaits() throws Exception {
    var shared = push("shared", 2_000_000, 1_000_000);
    var other = push("other", 100_000);
    line.speed(SLOW_BYTES_PER_SECOND);
    var desired = manifest(1);
    TestDesired.module(desired, "one", shared);
    TestDesired.module(desired, "two", shared);
    node.cloud().offer(desired);
    var said = new LinkedHashSet<String>();
    await("one", "pulling [1-9][0-9]? %", said);
    await("two", "pulling [1-9][0-9]? %", new LinkedHashSet<>());
    TestDesired.module(desired, "zwei", other);
    var version = node.cloud().offer(desired);
    await("zwei", "waiting to pull", new LinkedHashSet<>());
    node.cloud()
        .awaitReport(report -> {
          said.add(says(report, "one"));
          return TestNode.applied(version).test(report);
        });
    var percents =
        said.stream()
            .filter(text -> text.startsWith("pulling "))
            .map(text -> Integer.parseInt(text.replaceAll("\\D", "")))
            .toList();
    assertThat(percents).as("%s", said).isSorted();
    assertThat(line.receivedBytes()).isLessThan(4_000_000);
    var note =
        Json.mapper().readTree(Files.readAllBytes(node.dataDir().resolve("agent/images.json")));
    assertThat(note.path("images").findValuesAsText("references")).hasSize(2);
  }

  @Test
  void aPullOverALineThatWasCutGoesOnWhereItWas() throws Exception {
    var image = push("cut", 2_000_000);
    line.speed(SLOW_BYTES_PER_SECOND);
    var desired = manifest(3);
    TestDesired.module(desired, "one", image);
    var version = node.cloud().offer(desired);
    Await.until(() -> line.receivedBytes() > 1_500_000);
    line.cut();
    line.speed(FAST_BYTES_PER_SECOND);
    node.cloud().awaitReport(TestNode.applied(version));
    assertThat(line.receivedBytes()).isLessThan(2_500_000);
  }

  @Test
  void aPullThatAnAgentLeftOffIsDoneByTheNext() throws Exception {
    var image = push("left", 300_000, 2_000_000);
    line.speed(SLOW_BYTES_PER_SECOND);
    var desired = manifest(3);
    TestDesired.module(desired, "one", image);
    var version = node.cloud().offer(desired);
    Await.until(() -> line.receivedBytes() > 1_000_000);
    node.stop();
    line.speed(FAST_BYTES_PER_SECOND);
    node.start();
    // The engine ends a pull with its client, and lets go of what it had: 20.10 begins anew.
    node.cloud().awaitReport(TestNode.applied(version));
    assertThat(TestDocker.ids("ps", "-q", "--filter", "name=" + node.instance() + "-one"))
        .hasSize(1);
  }

  @Test
  void aPullThatANewerManifestMakesVainIsGivenUp() throws Exception {
    var wrong = push("wrong", 3_000_000);
    var right = push("right", 100_000);
    line.speed(SLOW_BYTES_PER_SECOND / 10);
    var desired = manifest(1);
    TestDesired.module(desired, "one", wrong);
    node.cloud().offer(desired);
    Await.until(() -> line.receivedBytes() > 20_000);
    TestDesired.module(desired, "one", right);
    var version = node.cloud().offer(desired);
    node.cloud().awaitReport(TestNode.applied(version));
    assertThat(line.receivedBytes()).isLessThan(2_000_000);
  }
}
