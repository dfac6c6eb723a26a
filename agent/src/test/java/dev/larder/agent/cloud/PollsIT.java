package dev.larder.agent.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.Agent;
import dev.larder.agent.MovableClock;
import dev.larder.agent.TestCloud;
import dev.larder.agent.TestEnrolment;
import dev.larder.agent.policy.TestManifests;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent's two long polls, without an engine. */
class PollsIT {
  @TempDir private Path dataDir;

  @Test
  void aClockThatIsSetBackDuringAPollHoldsUpNoManifestAndNoMethod() throws Exception {
    try (var cloud = new TestCloud()) {
      var files = TestEnrolment.enrol(cloud, dataDir);
      var clock = new MovableClock();
      clock.move(Duration.ofMinutes(30));
      var engine = URI.create("unix://" + dataDir.resolve("no-engine.sock"));
      try (var agent = new Agent(files, engine, 0, "test", clock)) {
        agent.start();
        long first = cloud.offer(TestManifests.desired("{}"));
        cloud.awaitReport(report -> report.lastDesiredVersion() == first);
        cloud.awaitHeldPolls(2);
        clock.move(Duration.ofMinutes(-30));
        cloud.letGoPolls();
        cloud.awaitHeldPolls(2);
        long second = cloud.offer(TestManifests.desired("{}"));
        cloud.awaitReport(report -> report.lastDesiredVersion() == second);
        assertThat(cloud.ask("ping", "{}").status()).isEqualTo(200);
      }
    }
  }
}
