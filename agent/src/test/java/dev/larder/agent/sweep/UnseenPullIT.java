package dev.larder.agent.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.TestDocker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls whose end nobody noted, for the agent was killed. */
class UnseenPullIT extends SweepBed {
  UnseenPullIT(@TempDir Path folder) throws Exception {
    super(folder);
  }

  /** As an agent leaves it that is killed when a pull has just ended, before it notes that. */
  private void endsUnseen(String image) throws Exception {
    Files.createDirectories(folder.resolve("node/agent"));
    Files.writeString(
        folder.resolve("node/agent/images.json"),
        "{\"images\": [], \"modules\": {}, \"begun\": [\"" + image + "\", \"gone:1\"]}");
    TestDocker.run("pull", image);
    sweep = sweep("node", () -> freeShare);
  }

  @Test
  void anImageWhosePullEndedUnseenIsTheAgentsToo() throws Exception {
    var image = push("unseen");
    endsUnseen(image);
    later(Duration.ZERO);
    assertThat(Files.readString(folder.resolve("node/agent/images.json")))
        .contains("\"begun\":[]", image);
    later(Duration.ofDays(7));
    assertThat(isThere(image)).isFalse();
  }

  @Test
  void anImageThatHasAnotherNameWhenItsPullEndedUnseenIsNot() throws Exception {
    var image = push("shared");
    var others = name + "-others:1";
    TestDocker.run("pull", image);
    TestDocker.run("tag", image, others);
    made.add(others);
    endsUnseen(image);
    later(Duration.ZERO);
    later(Duration.ofDays(400));
    assertThat(isThere(image)).isTrue();
  }

  @Test
  void aPullThatBeginsIsNotedBeforeItEnds() throws Exception {
    var image = push("begun");
    var noted = new ArrayList<String>();
    sweep.fetch(
        image, Optional.empty(), _ -> noted.add(read(folder.resolve("node/agent/images.json"))));
    assertThat(noted.getFirst()).contains("\"begun\":[\"" + image + "\"]");
  }
}
