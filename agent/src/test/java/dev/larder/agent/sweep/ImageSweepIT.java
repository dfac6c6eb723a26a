package dev.larder.agent.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.agent.Await;
import dev.larder.agent.TestDocker;
import dev.larder.agent.engine.EngineException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that really come and go, from a real registry onto the real engine. */
class ImageSweepIT extends SweepBed {
  ImageSweepIT(@TempDir Path folder) throws Exception {
    super(folder);
  }

  @Test
  void anImageGoesSevenDaysAfterItsLastUse() throws Exception {
    var old = pulled("old");
    var wanted = pulled("wanted");
    wants(wanted);
    later(Duration.ofDays(6));
    assertThat(isThere(old)).isTrue();
    // Another agent on the same folder: what was noted is on disk.
    sweep = sweep("node", () -> freeShare);
    later(Duration.ofDays(1));
    assertThat(isThere(old)).isFalse();
    assertThat(isThere(wanted)).isTrue();
    wants("agent:1");
    later(Duration.ofDays(6));
    assertThat(isThere(wanted)).isTrue();
    later(Duration.ofDays(1));
    assertThat(isThere(wanted)).isFalse();
  }

  @Test
  void withLittleRoomImagesGoOneByOneUntilThereIsSome() throws Exception {
    var first = pulled("first");
    now = now.plusSeconds(1);
    var second = pulled("second");
    now = now.plusSeconds(1);
    var third = pulled("third");
    wants(third);
    // Removing the oldest is enough.
    sweep = sweep("node", () -> has(first) ? 0.09 : ROOM);
    sweep.look();
    assertThat(isThere(first)).isFalse();
    assertThat(isThere(second)).isTrue();
    sweep = sweep("node", () -> freeShare);
    freeShare = 0.01;
    sweep.look();
    assertThat(isThere(second)).isFalse();
    assertThat(isThere(third)).isTrue();
  }

  @Test
  void whatAnyContainerUsesStaysAndSoDoesWhatTheAgentDidNotPull() throws Exception {
    var used = pulled("used");
    var container = container(used);
    var foreign = push("foreign");
    TestDocker.run("pull", foreign);
    // Under a name of the agent's it is still the other's.
    var shared = foreign.replace("foreign:1", "shared:1");
    TestDocker.run("tag", foreign, shared);
    TestDocker.run("push", shared);
    TestDocker.run("rmi", shared);
    made.add(shared);
    sweep.fetch(shared, Optional.empty(), _ -> {});
    freeShare = 0;
    later(Duration.ofDays(400));
    assertThat(List.of(isThere(used), isThere(foreign), isThere(shared))).containsOnly(true);
    TestDocker.run("rm", container);
    later(Duration.ZERO);
    assertThat(isThere(used)).isFalse();
    assertThat(List.of(isThere(foreign), isThere(shared))).containsOnly(true);
  }

  @Test
  void anImageThatSomebodyNamedTooLosesOnlyTheAgentsName() throws Exception {
    var image = pulled("named");
    var others = name + "-others:1";
    TestDocker.run("tag", image, others);
    made.add(others);
    later(Duration.ofDays(7));
    assertThat(isThere(image)).isFalse();
    assertThat(isThere(others)).isTrue();
    later(Duration.ofDays(7));
    assertThat(isThere(others)).isTrue();
  }

  @Test
  void anImageWhoseNameWentToAnotherGoesToo() throws Exception {
    var image = pulled("moved");
    var id = engine.imageId(image).orElseThrow();
    var other = push("other");
    TestDocker.run("pull", other);
    TestDocker.run("tag", other, image);
    later(Duration.ofDays(7));
    assertThat(engine.imageId(id)).isEmpty();
    assertThat(isThere(image)).isTrue();
    assertThat(isThere(other)).isTrue();
  }

  @Test
  void anImageByDigestGoesToo() throws Exception {
    var tagged = pulled("digest");
    var digest = TestDocker.run("inspect", "--format", "{{index .RepoDigests 0}}", tagged);
    later(Duration.ofDays(7));
    assertThat(isThere(tagged)).isFalse();
    sweep.fetch(digest, Optional.empty(), _ -> {});
    assertThat(isThere(digest)).isTrue();
    later(Duration.ofDays(7));
    assertThat(isThere(digest)).isFalse();
  }

  @Test
  void twoNodesPullOneImageAndTheLastToNeedItLetsItGo() throws Exception {
    var image = push("both");
    var neighbour = sweep("neighbour", () -> freeShare);
    var both = List.of(sweep, neighbour);
    // Both at one time: neither saw it before.
    neighbour.fetch(image, Optional.empty(), _ -> {});
    TestDocker.run("rmi", image);
    sweep.fetch(image, Optional.empty(), _ -> {});
    var container = container(image);
    now = now.plus(Duration.ofDays(30));
    for (var one : both) {
      one.look();
    }
    assertThat(isThere(image)).isTrue();
    TestDocker.run("rm", container);
    now = now.plus(Duration.ofDays(7));
    for (var one : both) {
      one.look();
    }
    assertThat(isThere(image)).isFalse();
  }

  @Test
  void whatAPullBringsDuringALookStays() throws Exception {
    var old = pulled("old");
    var wanted = push("wanted");
    wants(wanted);
    var isFetched = new AtomicBoolean();
    sweep =
        sweep(
            "node",
            () -> {
              if (!isFetched.getAndSet(true)) {
                fetched(wanted);
              }
              return 0;
            });
    sweep.look();
    assertThat(isThere(old)).isFalse();
    assertThat(isThere(wanted)).isTrue();
  }

  private void fetched(String image) {
    try {
      sweep.fetch(image, Optional.empty(), _ -> {});
    } catch (EngineException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatSomebodyLoadsAfterAPullThatFailedIsNotTheAgents() throws Exception {
    var image = push("loaded");
    var wanted = image.replace("loaded:1", "absent:1");
    wants(wanted);
    assertThatThrownBy(() -> sweep.fetch(wanted, Optional.empty(), _ -> {}))
        .isInstanceOf(EngineException.class);
    TestDocker.run("import", folder.resolve("loaded.tar").toString(), wanted);
    made.add(wanted);
    later(Duration.ZERO);
    wants("agent:1");
    later(Duration.ofDays(400));
    assertThat(isThere(wanted)).isTrue();
  }

  @Test
  void aRefusalOfTheEnginesHoldsForADay() throws Exception {
    var image = pulled("busy");
    var containers = new ArrayList<String>();
    // The disk is looked at between the look at the containers and the removal.
    sweep =
        sweep(
            "node",
            () -> {
              if (containers.isEmpty()) {
                containers.add(container(image));
              }
              return 0;
            });
    sweep.look();
    assertThat(isThere(image)).isTrue();
    TestDocker.run("rm", containers.getFirst());
    later(Duration.ofHours(23));
    assertThat(isThere(image)).isTrue();
    later(Duration.ofHours(1));
    assertThat(isThere(image)).isFalse();
  }

  @Test
  void withoutAManifestNothingGoes() throws Exception {
    var image = pulled("kept");
    manifest = Optional.empty();
    freeShare = 0;
    later(Duration.ofDays(400));
    assertThat(isThere(image)).isTrue();
  }

  @Test
  void aNoteThatCannotBeReadLeavesTheImagesWhereTheyAre() throws Exception {
    var image = pulled("noted");
    Files.writeString(folder.resolve("node/agent/images.json"), "{\"images\":[{");
    sweep = sweep("node", () -> freeShare);
    later(Duration.ofDays(400));
    assertThat(isThere(image)).isTrue();
    sweep.fetch(image, Optional.empty(), _ -> {});
    assertThat(isThere(image)).isTrue();
  }

  @Test
  void aClockThatIsSetMakesNoRunALongOne() throws Exception {
    now = Instant.now();
    sweep.look();
    var image = pulled("crashing");
    TestDocker.run(
        "run",
        "-d",
        "--init",
        "--name",
        name + "-one",
        "--label",
        "dev.larder.test=" + name,
        "--label",
        "dev.larder.instance=" + name,
        "--label",
        "dev.larder.module=one",
        image,
        "/bin/busybox",
        "sleep",
        "1000");
    later(Duration.ofDays(1));
    var noted = folder.resolve("node/agent/images.json");
    assertThat(read(noted)).contains("\"modules\":{}");
    // For another agent it is a day old.
    sweep = sweep("node", () -> freeShare);
    sweep.look();
    assertThat(read(noted)).contains("\"modules\":{\"one\"");
  }

  @Test
  void runsByItself() throws Exception {
    var image = pulled("loop");
    freeShare = 0;
    var thread = Thread.ofVirtual().start(sweep::run);
    try {
      Await.until(() -> !isThere(image));
    } finally {
      thread.interrupt();
      thread.join(Duration.ofSeconds(10));
    }
    assertThat(thread.isAlive()).isFalse();
  }
}
