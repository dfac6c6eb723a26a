package dev.larder.agent.front;

import dev.larder.agent.engine.Engine;
import dev.larder.agent.engine.EngineException;
import dev.larder.agent.node.NodeFiles;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names by which the engine pulls from the front. Each is on disk, {@code
 * agent/pull-names.json}, before the engine learns of it, so that none outlives its pull, not even
 * a pull whose agent was killed.
 */
final class FrontNames {
  private static final Logger log = LoggerFactory.getLogger(FrontNames.class);
  private static final String FILE = "pull-names.json";
  private static final int LIMIT_BYTES = 1 << 20;

  private final Engine engine;
  private final NodeFiles files;
  private final Map<String, Integer> underWay = new HashMap<>();

  /** Were not there when they were looked for: an engine may still be ending its pull. */
  private final Set<String> missed = new HashSet<>();

  /** Not read before it is needed: until an agent has taken over, the file is its predecessor's. */
  private Optional<Set<String>> noted = Optional.empty();

  FrontNames(Engine engine, NodeFiles files) {
    this.engine = engine;
    this.files = files;
  }

  /** The engine is about to pull by this name. */
  synchronized void begin(String name) {
    underWay.merge(name, 1, Integer::sum);
    if (noted().add(name)) {
      write();
    }
  }

  /**
   * The pull is over, well or not. A name that cannot be taken from the engine now is taken from it
   * by {@link #clear}.
   */
  synchronized void end(String name) {
    if (underWay.merge(name, -1, Integer::sum) > 0) {
      return;
    }
    underWay.remove(name);
    tryToRemove(name);
  }

  /** Takes from the engine what pulls have left behind, as far as it lets it go. */
  synchronized void clear() {
    for (var name : List.copyOf(noted())) {
      if (!underWay.containsKey(name)) {
        tryToRemove(name);
      }
    }
  }

  private void tryToRemove(String name) {
    try {
      remove(name);
    } catch (EngineException e) {
      log.atWarn()
          .addKeyValue("image", name)
          .addKeyValue("reason", e.reason())
          .log("name of a pull stays on the engine for now");
    }
  }

  private void remove(String name) throws EngineException {
    var isThere = engine.imageId(name).isPresent();
    if (isThere) {
      engine.removeImage(name);
    }
    if (isThere || !missed.add(name)) {
      missed.remove(name);
      noted().remove(name);
      write();
    }
  }

  private Set<String> noted() {
    if (noted.isEmpty()) {
      noted = Optional.of(read());
    }
    return noted.get();
  }

  private Set<String> read() {
    try (var in = Files.newInputStream(files.agent(FILE))) {
      var names = Json.mapper().readValue(in.readNBytes(LIMIT_BYTES), String[].class);
      return new TreeSet<>(List.of(names));
    } catch (NoSuchFileException _) {
      return new TreeSet<>();
    } catch (IOException | RuntimeException e) {
      log.atWarn()
          .addKeyValue("file", files.agent(FILE))
          .addKeyValue("reason", e.getMessage())
          .log("names of pulls cannot be read; they stay on the engine");
      return new TreeSet<>();
    }
  }

  private void write() {
    try {
      AtomicFile.write(files.agent(FILE), Json.writeBytes(noted()), NodeFiles.SECRET);
    } catch (IOException e) {
      log.atWarn().addKeyValue("reason", e.getMessage()).log("names of pulls not kept");
    }
  }
}
