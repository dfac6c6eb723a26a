package dev.larder.agent.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.Agent;
import dev.larder.agent.Await;
import dev.larder.agent.TestCloud;
import dev.larder.agent.TestEnrolment;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.policy.TestManifests;
import dev.larder.common.json.Json;
import dev.larder.common.report.NodeEvents.Event;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events of an agent whose cloud takes no reports, across a restart. */
class EventsIT {
  @TempDir private Path dataDir;
  private final TestCloud cloud;

  EventsIT() throws Exception {
    cloud = new TestCloud();
  }

  @AfterEach
  void stop() {
    cloud.close();
  }

  private Agent agent(NodeFiles files) throws Exception {
    var engine = URI.create("unix://" + dataDir.resolve("no-engine.sock"));
    var agent = new Agent(files, engine, 0, "test", InstantSource.system());
    agent.start();
    return agent;
  }

  private static long written(NodeFiles files) throws Exception {
    var file = files.agent("events.json");
    return Files.exists(file)
        ? Json.mapper().readTree(Files.readAllBytes(file)).path("last").asLong()
        : 0;
  }

  @Test
  void whatHappenedWhileTheCloudTookNothingComesOnceAfterwards() throws Exception {
    var files = TestEnrolment.enrol(cloud, dataDir);
    cloud.reports(true, false);
    try (var _ = agent(files)) {
      cloud.offer(TestManifests.desired("{}"));
      Await.until(() -> written(files) == 1);
      cloud.offer(TestManifests.desired("{\"HostConfig\": {\"PidMode\": \"host\"}}"));
      Await.until(() -> written(files) == 2);
    }
    assertThat(cloud.events()).isEmpty();

    cloud.reports(false, true);
    try (var _ = agent(files)) {
      Await.until(() -> cloud.events().size() >= 2);
      cloud.reports(false, false);
      Await.until(() -> pending(files) == 0);
    }
    assertThat(cloud.events())
        .extracting(Event::kind)
        .startsWith("manifestAccepted", "manifestRefused");
    assertThat(cloud.events()).extracting(Event::sequence).isSorted().doesNotHaveDuplicates();
    assertThat(cloud.events().get(1).description()).contains("PidMode");
  }

  private static int pending(NodeFiles files) throws Exception {
    return Json.mapper()
        .readTree(Files.readAllBytes(files.agent("events.json")))
        .path("pending")
        .size();
  }
}
