package dev.larder.agent.converge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.plan.History;
import dev.larder.agent.plan.Step;
import dev.larder.common.id.ModuleId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the next agent must know, on a disk that takes it and on one that does not. */
class HistoryFileIT {
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
    return new HistoryFile(files).read().of(ONE).hasRejected("spec");
  }

  @Test
  void oneIsKnownToTheNextAgentUntilItNoLongerMatters() {
    var file = new HistoryFile(files);
    assertThat(file.read()).isEqualTo(History.NONE);
    file.keep(REJECTED);
    assertThat(isKnownToTheNextAgent()).isTrue();
    file.keep(History.NONE);
    assertThat(isKnownToTheNextAgent()).isFalse();
  }

  @Test
  void whatWasStoppedIsKnownToTheNextAgent() {
    new HistoryFile(files).keep(REJECTED.beginning(List.of(new Step.Stop(ONE, "container"))));
    var read = new HistoryFile(files).read();
    assertThat(read.of(ONE).halted()).containsExactly("container");
    assertThat(read.of(ONE).hasRejected("spec")).isTrue();
  }

  @Test
  void theFileOfAnOlderAgentIsRead() throws Exception {
    Files.createDirectories(files.agent("rejections.json").getParent());
    Files.writeString(
        files.agent("rejections.json"),
        """
        {"modules": {"one": {"spec": "spec", "reason": "it broke", "at": "1970-01-01T00:00:00Z"}}}
        """);
    assertThat(isKnownToTheNextAgent()).isTrue();
  }

  @Test
  void oneThatCannotBeWrittenIsWrittenLater() throws Exception {
    var file = new HistoryFile(files);
    // No file can take this place.
    var inTheWay = Files.createDirectories(files.agent("rejections.json")).resolve("x");
    Files.createFile(inTheWay);
    file.keep(REJECTED);
    assertThat(isKnownToTheNextAgent()).isFalse();

    Files.delete(inTheWay);
    Files.delete(inTheWay.getParent());
    file.keep(REJECTED);
    assertThat(isKnownToTheNextAgent()).isTrue();
  }
}
