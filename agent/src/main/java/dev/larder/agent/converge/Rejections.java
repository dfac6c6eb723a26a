package dev.larder.agent.converge;

import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.plan.History;
import dev.larder.agent.plan.ModuleHistory;
import dev.larder.agent.plan.Rejection;
import dev.larder.agent.plan.Step;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.AgentDesired;
import dev.larder.common.manifest.ModuleSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What modules were not good as, on disk, so that an agent that was started anew knows of it. */
public final class Rejections {
  private static final Logger log = LoggerFactory.getLogger(Rejections.class);
  private static final String FILE = "rejections.json";

  /** As the file has it. */
  private record Kept(Map<ModuleId, Rejection> modules) {}

  private final NodeFiles files;
  private final Map<ModuleId, Rejection> modules = new HashMap<>();
  private boolean isWritten = true;

  /** Reads what is on disk; a file that cannot be read is as none. */
  public Rejections(NodeFiles files) {
    this.files = files;
    var file = files.agent(FILE);
    try {
      if (Files.exists(file)) {
        modules.putAll(Json.mapper().readValue(Files.readAllBytes(file), Kept.class).modules());
      }
    } catch (IOException | IllegalArgumentException e) {
      log.atWarn().setCause(e).log("what modules were not good as cannot be read and is forgotten");
    }
  }

  /** The history of a node whose agent was started just now. */
  synchronized History history() {
    return new History(
        modules.entrySet().stream()
            .collect(
                Collectors.toMap(Map.Entry::getKey, entry -> ModuleHistory.of(entry.getValue()))));
  }

  /**
   * Adds one; those of modules that the manifest has no more go. A full disk does not keep what was
   * good from coming back: until it is written, only an agent that is started anew does not know.
   */
  synchronized void add(Step.Reject step, AgentDesired manifest, Instant now) {
    modules
        .keySet()
        .retainAll(
            manifest.inStartOrder().stream().map(ModuleSpec::id).collect(Collectors.toSet()));
    modules.put(step.module(), new Rejection(step.spec(), step.reason(), now));
    isWritten = false;
    write();
  }

  /** Writes what could not be written before, if that is so. */
  synchronized void write() {
    if (isWritten) {
      return;
    }
    try {
      AtomicFile.write(files.agent(FILE), Json.writeBytes(new Kept(modules)), NodeFiles.SECRET);
      isWritten = true;
    } catch (IOException e) {
      log.atWarn()
          .addKeyValue("reason", e.getMessage())
          .log("what modules were not good as is not kept on disk yet");
    }
  }
}
