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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What modules were not good as, and which containers the agent stopped, on disk, so that an agent
 * that was started anew knows of it.
 */
public final class HistoryFile {
  private static final Logger log = LoggerFactory.getLogger(HistoryFile.class);

  /** The name by which older agents know it. */
  private static final String FILE = "rejections.json";

  /** As the file has it; that of an older agent has no {@code halted}. */
  private record Kept(Map<ModuleId, Rejection> modules, Map<ModuleId, Set<String>> halted) {
    static final Kept NOTHING = new Kept(Map.of(), Map.of());

    Kept {
      halted = Objects.requireNonNullElse(halted, Map.of());
    }

    static Kept of(History history) {
      var rejections = new HashMap<ModuleId, Rejection>();
      var halted = new HashMap<ModuleId, Set<String>>();
      history
          .modules()
          .forEach((module, one) -> {
            one.rejection().ifPresent(rejection -> rejections.put(module, rejection));
            if (!one.halted().isEmpty()) {
              halted.put(module, one.halted());
            }
          });
      return new Kept(rejections, halted);
    }

    History history() {
      var histories = new HashMap<ModuleId, ModuleHistory>();
      modules.forEach((module, rejection) -> histories.put(module, of(module)));
      halted.forEach((module, containers) -> histories.put(module, of(module)));
      return new History(histories);
    }

    private ModuleHistory of(ModuleId module) {
      return ModuleHistory.of(
          Optional.ofNullable(modules.get(module)), halted.getOrDefault(module, Set.of()));
    }
  }

  private final NodeFiles files;
  private Kept written = Kept.NOTHING;

  /** Reads nothing yet. */
  public HistoryFile(NodeFiles files) {
    this.files = files;
  }

  /** What is on disk, as a history; a file that cannot be read is as none. */
  History read() {
    var file = files.agent(FILE);
    try {
      if (Files.exists(file)) {
        written = Json.mapper().readValue(Files.readAllBytes(file), Kept.class);
      }
    } catch (IOException | IllegalArgumentException e) {
      log.atWarn().setCause(e).log("what happened to modules cannot be read and is forgotten");
    }
    return written.history();
  }

  /**
   * Writes what a history has of it, unless it is on disk. A full disk does not keep what was good
   * from coming back: until it is written, only an agent that is started anew does not know.
   */
  void keep(History history) {
    var now = Kept.of(history);
    if (now.equals(written)) {
      return;
    }
    try {
      AtomicFile.write(files.agent(FILE), Json.writeBytes(now), NodeFiles.SECRET);
      written = now;
    } catch (IOException e) {
      log.atWarn()
          .addKeyValue("reason", e.getMessage())
          .log("what happened to modules is not kept on disk yet");
    }
  }
}
