package dev.larder.agent.front;

import dev.larder.agent.create.ImageReference;
import dev.larder.agent.engine.Engine;
import dev.larder.agent.engine.EngineException;
import dev.larder.agent.engine.Mends;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.registry.RegistryName;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names by which the engine pulls from the front. Each is on disk, {@code
 * agent/pull-names.json}, before the engine learns of it, so that none is forgotten, not even by a
 * pull whose agent was killed. The name of a pull that has failed stays for its next try, since the
 * engine keeps an image's layers as long as it has a name.
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

  /**
   * The engine is about to pull by this name.
   *
   * @throws EngineException when that cannot be noted; the pull must not begin then
   */
  synchronized void begin(String name) throws EngineException {
    if (noted().add(name)) {
      try {
        write();
      } catch (IOException e) {
        noted().remove(name);
        throw new EngineException(EngineException.CONFLICT, Mends.explain(e));
      }
    }
    underWay.merge(name, 1, Integer::sum);
  }

  /**
   * The pull is over. A name that cannot be taken from the engine now is taken from it by {@link
   * #clear}, and so is that of a pull that has failed, when its image is not needed any more.
   */
  synchronized void end(String name, boolean isDone) {
    if (underWay.merge(name, -1, Integer::sum) > 0) {
      return;
    }
    underWay.remove(name);
    if (isDone) {
      removeIf(withoutRegistry(name)::equals);
    }
  }

  /**
   * Takes from the engine what pulls have left behind, as far as it lets it go.
   *
   * @param needed images that are yet to be pulled
   */
  synchronized void clear(Collection<String> needed) {
    var kept = needed.stream().map(FrontNames::withoutRegistry).collect(Collectors.toSet());
    removeIf(image -> !kept.contains(image));
  }

  private void removeIf(Predicate<ImageReference> isMeant) {
    for (var name : List.copyOf(noted())) {
      if (!underWay.containsKey(name) && isMeant.test(withoutRegistry(name))) {
        tryToRemove(name);
      }
    }
  }

  /** In which an image's own name and the front's are the same. */
  private static ImageReference withoutRegistry(String name) {
    var reference = ImageReference.parse(name);
    return new ImageReference(RegistryName.of(reference).repository(), reference.tag());
  }

  /** The ids of images that the engine has by such names alone. */
  synchronized Set<String> ids() throws EngineException {
    var found = new HashSet<String>();
    for (var name : noted()) {
      var names = engine.imageNames(name);
      if (names.isPresent() && names.get().areAll(noted())) {
        engine.imageId(name).ifPresent(found::add);
      }
    }
    return found;
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
      try {
        write();
      } catch (IOException e) {
        log.atWarn().addKeyValue("reason", e.getMessage()).log("names of pulls not kept");
      }
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

  private void write() throws IOException {
    AtomicFile.write(files.agent(FILE), Json.writeBytes(noted()), NodeFiles.SECRET);
  }
}
