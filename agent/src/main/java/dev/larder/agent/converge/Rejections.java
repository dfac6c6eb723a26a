package dev.larder.agent.converge;

import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.plan.History;
import dev.larder.agent.plan.ModuleHistory;
import dev.larder.agent.plan.Rejection;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What modules were not good as, on disk, so that an agent that was started anew knows of it. */
public final class Rejections {
  private static final Logger log = LoggerFactory.getLogger(Rejections.class);
  private static final String FILE = "rejections.json";

  /** As the file has it. */
  private record Kept(Map<ModuleId, Rejection> modules) {}

  private final NodeFiles files;
  private Map<ModuleId, Rejection> written = Map.of();

  /** Reads nothing yet. */
  public Rejections(NodeFiles files) {
    this.files = files;
  }

  /** What is on disk, as a history; a file that cannot be read is as none. */
  History read() {
    var file = files.agent(FILE);
    try {
      if (Files.exists(file)) {
        written = Json.mapper().readValue(Files.readAllBytes(file), Kept.class).modules();
      }
    } catch (IOException | IllegalArgumentException e) {
      log.atWarn().setCause(e).log("what modules were not good as cannot be read and is forgotten");
    }
    var histories = new HashMap<ModuleId, ModuleHistory>();
    written.forEach((module, rejection) -> histories.put(module, ModuleHistory.of(rejection)));
    return new History(histories);
  }

  /**
   * Writes what a history has of them, unless it is on disk. A full disk does not keep what was
   * good from coming back: until it is written, only an agent that is started anew does not know.
   */
  void keep(History history) {
    var now = new HashMap<ModuleId, Rejection>();
    history
        .modules()
        .forEach(
            (module, one) -> one.rejection().ifPresent(rejection -> now.put(module, rejection)));
    if (now.equals(written)) {
      return;
    }
    try {
      AtomicFile.write(files.agent(FILE), Json.writeBytes(new Kept(now)), NodeFiles.SECRET);
      written = now;
    } catch (IOException e) {
      log.atWarn()
          .addKeyValue("reason", e.getMessage())
          .log("what modules were not good as is not kept on disk yet");
    }
  }
}
