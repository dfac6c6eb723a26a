package dev.larder.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent as a process of its own, killed at random moments of updates of which some do not do.
 * {@code -Dlarder.kills=100} kills it more often, {@code -Dlarder.seed} at the moments of before.
 */
@Timeout(900)
class KilledAgentIT {
  private static final int KILLS = Integer.getInteger("larder.kills", 5);
  private static final long SEED =
      Long.getLong("larder.seed", ThreadLocalRandom.current().nextLong());

  /** Starting the process takes the first part of it, an update that is taken back the rest. */
  private static final int LONGEST_LIFE_MILLIS = 9_000;

  private static final int SHORTEST_LIFE_MILLIS = 500;

  @TempDir private Path folder;
  private final String instance =
      "kill-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
  private final Random random = new Random(SEED);
  private TestCloud cloud;
  private int lives;

  KilledAgentIT() throws Exception {
    cloud = new TestCloud();
  }

  @BeforeEach
  void enrol() throws Exception {
    TestDocker.image(Files.createDirectory(folder.resolve("image")));
    TestEnrolment.enrol(cloud.request(instance, data().toString()), data());
  }

  @AfterEach
  void clear() throws Exception {
    cloud.close();
    TestDocker.clear(instance);
  }

  private Path data() {
    return folder.resolve("data");
  }

  private Process agent() throws IOException {
    return AgentProcess.start(data(), folder.resolve("agent-" + lives++ + ".log"));
  }

  /** Its health check is a command of busybox. */
  private static void module(ObjectNode desired, String name, String check, int colour) {
    var module = TestDesired.module(desired, name, TestDocker.IMAGE).put("restartPolicy", "always");
    module.putObject("env").putObject("COLOUR").put("value", String.valueOf(colour));
    var healthcheck =
        module.withObject("settings").withObject("createOptions").putObject("Healthcheck");
    healthcheck.put("Interval", 1_000_000_000L).put("Retries", 2);
    healthcheck.putArray("Test").add("CMD").add("/bin/busybox").add(check);
  }

  private static ObjectNode manifest(String check, int colour) {
    var desired = TestDesired.desired();
    module(desired, "changing", check, colour);
    module(desired, "untouched", "true", 0);
    return desired;
  }

  /** The engine may still be removing one for an agent that is no more. */
  private List<String> containers(String module, String format) throws Exception {
    var shown = new ArrayList<String>();
    Await.until(() -> {
      shown.clear();
      for (var id : ids(module)) {
        try {
          shown.add(TestDocker.run("inspect", "--format", format, id));
        } catch (IOException _) {
          // Gone since, or this fails until the end of patience.
          return false;
        }
      }
      return true;
    });
    return shown;
  }

  private List<String> ids(String module) throws Exception {
    return TestDocker.ids(
        "ps", "-aq", "--no-trunc", "--filter", "name=^" + instance + "-" + module);
  }

  private void converge(int colour) throws Exception {
    long version = cloud.offer(manifest("true", colour));
    var process = agent();
    try {
      cloud.awaitReport(report ->
          report.lastDesiredVersion() == version && report.lastDesiredStatus().code() == 200);
    } finally {
      end(process);
    }
  }

  private static void end(Process process) throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aGoodCopyIsThereAtEveryMomentAndAllIsAsWantedInTheEnd() throws Exception {
    converge(0);
    var untouched = containers("untouched", "{{.Id}} {{.State.StartedAt}}");
    for (int i = 1; i <= KILLS; i++) {
      boolean good = random.nextInt(3) > 0;
      cloud.offer(manifest(good ? "true" : "false", i));
      var process = agent();
      int life = random.nextInt(SHORTEST_LIFE_MILLIS, LONGEST_LIFE_MILLIS);
      assertThat(process.waitFor(life, TimeUnit.MILLISECONDS)).isFalse();
      end(process);
      assertThat(containers("changing", "{{.Config.Healthcheck.Test}}"))
          .as("kill %d after %d ms, seed %d", i, life, SEED)
          .hasSizeBetween(1, 3)
          .anyMatch(check -> check.contains("true"));
    }
    converge(KILLS + 1);
    assertThat(containers("changing", "{{.Name}} {{.State.Running}} {{.Config.Env}}"))
        .as("seed %d", SEED)
        .singleElement()
        .asString()
        .contains("/" + instance + "-changing true", "COLOUR=" + (KILLS + 1));
    assertThat(containers("untouched", "{{.Id}} {{.State.StartedAt}}")).isEqualTo(untouched);
  }
}
