package dev.larder.agent.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.agent.TestNode;
import dev.larder.agent.engine.Engine;
import dev.larder.agent.engine.EngineException;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.node.NodeNames;
import dev.larder.common.id.CacheNodeId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The note of names on a real disk, of which the real engine has none. */
class FrontNamesIT {
  private static final String NAME = "127.0.0.1:9/larder-no-such/app:1";

  private final Engine engine =
      new Engine(TestNode.ENGINE, new NodeNames("none"), new CacheNodeId(UUID.randomUUID()));
  @TempDir private Path folder;

  @AfterEach
  void close() throws Exception {
    engine.close();
  }

  private FrontNames names() {
    return new FrontNames(engine, new NodeFiles(folder));
  }

  private String noted() throws Exception {
    return Files.readString(folder.resolve("agent/pull-names.json"));
  }

  @Test
  void aPullDoesNotBeginUnlessItsNameIsNoted() throws Exception {
    // Nothing can be written where the folder should be.
    Files.writeString(folder.resolve("agent"), "");
    assertThatThrownBy(() -> names().begin(NAME)).isInstanceOf(EngineException.class);
  }

  @Test
  void theNameOfAPullThatFailedStaysAsLongAsItsImageIsNeeded() throws Exception {
    Files.createDirectories(folder.resolve("agent"));
    var names = names();
    names.begin(NAME);
    names.end(NAME, false);
    assertThat(noted()).contains(NAME);
    var next = names();
    next.clear(List.of("registry.example/larder-no-such/app:1"));
    next.clear(List.of("registry.example/larder-no-such/app:1"));
    assertThat(noted()).contains(NAME);
    // An engine may still be ending its pull: it is looked for twice.
    next.clear(List.of("registry.example/larder-no-such/app:2"));
    assertThat(noted()).contains(NAME);
    next.clear(List.of());
    assertThat(noted()).isEqualTo("[]");
  }
}
