package dev.larder.agent.converge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.plan.History;
import dev.larder.agent.plan.Step;
import dev.larder.common.id.ModuleId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What modules were not good as, on a disk that takes it and on one that does not. */
class RejectionsIT {
  private static final ModuleId ONE = ModuleId.of("one");
  private static final History REJECTED =
      History.NONE.after(new Step.Reject(ONE, "spec", "it broke"), Optional.empty(), Instant.EPOCH);

  @TempDir private Path dataDir;
  private NodeFiles files;

  @BeforeEach
  void files() {
    files = new NodeFiles(dataDir);
  }

  private boolean isKnownToTheNextAgent() {
    return new Rejections(files).read().of(ONE).hasRejected("spec");
  }

  @Test
  void oneIsKnownToTheNextAgentUntilItNoLongerMatters() {
    var rejections = new Rejections(files);
    assertThat(rejections.read()).isEqualTo(History.NONE);
    rejections.keep(REJECTED);
    assertThat(isKnownToTheNextAgent()).isTrue();
    rejections.keep(History.NONE);
    assertThat(isKnownToTheNextAgent()).isFalse();
  }

  @Test
  void oneThatCannotBeWrittenIsWrittenLater() throws Exception {
    var rejections = new Rejections(files);
    // No file can take this place.
    var inTheWay = Files.createDirectories(files.agent("rejections.json")).resolve("x");
    Files.createFile(inTheWay);
    rejections.keep(REJECTED);
    assertThat(isKnownToTheNextAgent()).isFalse();

    Files.delete(inTheWay);
    Files.delete(inTheWay.getParent());
    rejections.keep(REJECTED);
    assertThat(isKnownToTheNextAgent()).isTrue();
  }
}
