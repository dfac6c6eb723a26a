package dev.larder.agent.converge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.TestDesired;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.plan.Step;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.AgentDesiredReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What modules were not good as, on a disk that takes it and on one that does not. */
class RejectionsIT {
  private static final ModuleId ONE = ModuleId.of("one");

  @TempDir private Path dataDir;

  private static boolean knows(Rejections rejections) {
    return rejections.history().of(ONE).hasRejected("spec");
  }

  private static void reject(Rejections rejections) {
    var desired = TestDesired.desired();
    TestDesired.module(desired, "one", "image:1");
    var manifest = AgentDesiredReader.read(desired, "").orThrow();
    rejections.add(new Step.Reject(ONE, "spec", "it broke"), manifest, Instant.EPOCH);
  }

  @Test
  void oneIsKnownToTheNextAgent() {
    var files = new NodeFiles(dataDir);
    reject(new Rejections(files));
    assertThat(knows(new Rejections(files))).isTrue();
  }

  @Test
  void oneThatCannotBeWrittenCountsAndIsWrittenLater() throws Exception {
    var files = new NodeFiles(dataDir);
    var rejections = new Rejections(files);
    // No file can take this place.
    var inTheWay = Files.createDirectories(files.agent("rejections.json")).resolve("x");
    Files.createFile(inTheWay);
    reject(rejections);
    assertThat(knows(rejections)).isTrue();
    rejections.write();
    assertThat(knows(new Rejections(files))).isFalse();

    Files.delete(inTheWay);
    Files.delete(inTheWay.getParent());
    rejections.write();
    assertThat(knows(new Rejections(files))).isTrue();
  }
}
