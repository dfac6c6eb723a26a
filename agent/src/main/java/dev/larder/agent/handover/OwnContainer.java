package dev.larder.agent.handover;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.agent.engine.Engine;
import dev.larder.agent.engine.EngineException;
import dev.larder.agent.node.NodeNames;
import dev.larder.common.id.ModuleId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The container that this agent runs in.
 *
 * @param inspect what the engine says of it
 */
public record OwnContainer(String id, String name, String image, String imageId, JsonNode inspect) {
  private static final Logger log = LoggerFactory.getLogger(OwnContainer.class);
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

  /** The engine mounts files of the container's own folder, for one its host name. */
  private static final Pattern CONTAINER_FOLDER =
      Pattern.compile("/containers/([0-9a-f]{64})/hostname");

  /** Empty when the agent runs in no container, or in one that is not labelled as an agent. */
  public static Optional<OwnContainer> find(Engine engine) throws EngineException, IOException {
    var id = Files.isReadable(MOUNTS) ? idIn(Files.readString(MOUNTS)) : Optional.<String>empty();
    return id.isEmpty() ? Optional.empty() : engine.inspect(id.get()).flatMap(OwnContainer::of);
  }

  /**
   * As {@link #find}, and asks an engine again that does not answer: one that starts a node's agent
   * may do so before it takes requests.
   *
   * @throws EngineException when the engine has not answered for that long
   */
  public static Optional<OwnContainer> await(Engine engine, Duration patience)
      throws EngineException, IOException, InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return find(engine);
      } catch (EngineException e) {
        if (System.nanoTime() > until) {
          throw e;
        }
        log.atWarn().addKeyValue("reason", e.reason()).log("engine does not answer yet");
        Thread.sleep(AGAIN);
      }
    }
  }

  /** Where this port of the container's is on the loopback of the engine's machine. */
  public Optional<Integer> published(int port) {
    return inspect
        .path("NetworkSettings")
        .path("Ports")
        .path(port + "/tcp")
        .valueStream()
        .filter(binding -> binding.path("HostIp").asText().equals("127.0.0.1"))
        .map(binding -> binding.path("HostPort").asInt())
        .findFirst();
  }

  static Optional<OwnContainer> of(JsonNode inspect) {
    var config = inspect.path("Config");
    if (!config
        .path("Labels")
        .path(NodeNames.LABEL_MODULE)
        .asText()
        .equals(ModuleId.AGENT.value())) {
      return Optional.empty();
    }
    return Optional.of(
        new OwnContainer(
            inspect.path("Id").asText(),
            inspect.path("Name").asText().substring(1),
            config.path("Image").asText(),
            inspect.path("Image").asText(),
            inspect));
  }

  /** The container's id in the text of {@code /proc/self/mountinfo} (proc(5)). */
  static Optional<String> idIn(String mountinfo) {
    var folder = CONTAINER_FOLDER.matcher(mountinfo);
    return folder.find() ? Optional.of(folder.group(1)) : Optional.empty();
  }
}
