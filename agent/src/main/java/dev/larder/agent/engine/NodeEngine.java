package dev.larder.agent.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.agent.node.NodeNames;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The engine as the operator's commands see it: one node's containers, and no other, in the
 * engine's own words.
 */
public final class NodeEngine implements AutoCloseable {
  private static final Duration QUICK = Duration.ofSeconds(10);
  private static final Duration LOGS = Duration.ofSeconds(30);
  private static final int LOG_LIMIT_BYTES = 2 << 20;

  /** The module's own stop timeout, 10 s if it names none, comes off this. */
  private static final Duration RESTART = Duration.ofSeconds(130);

  private final EngineHttp http;
  private final NodeNames names;

  /**
   * Nothing is asked yet.
   *
   * @param address {@code unix:///var/run/docker.sock}
   */
  public NodeEngine(URI address, NodeNames names) {
    this.http = new EngineHttp(address);
    this.names = names;
  }

  /** The answer of {@code GET /version}. */
  public JsonNode version() throws EngineException {
    return http.get("/version", QUICK);
  }

  /** What {@code GET /containers/{id}/json} says of each container of the node, by name. */
  public List<JsonNode> containers() throws EngineException {
    var labels = List.of(NodeNames.LABEL_INSTANCE + "=" + names.instance(), NodeNames.LABEL_MODULE);
    var filter = URLEncoder.encode(Json.write(Map.of("label", labels)), StandardCharsets.UTF_8);
    var found = new ArrayList<JsonNode>();
    for (var listed : http.get("/containers/json?all=true&filters=" + filter, QUICK)) {
      try {
        found.add(http.get("/containers/" + listed.path("Id").asText() + "/json", QUICK));
      } catch (EngineException e) {
        // Removed since it was listed.
        if (e.status() != EngineException.NOT_FOUND) {
          throw e;
        }
      }
    }
    found.sort((a, b) -> ContainerView.name(a).compareTo(ContainerView.name(b)));
    return found;
  }

  /** The module's container: the one with its own name before one that waits to replace it. */
  public Optional<JsonNode> container(ModuleId module) throws EngineException {
    return container(containers(), module);
  }

  /**
   * The module's among these containers.
   *
   * @param containers as {@link #containers} gave them
   */
  public Optional<JsonNode> container(List<JsonNode> containers, ModuleId module) {
    var own =
        containers.stream().filter(inspect -> module(inspect).equals(module.value())).toList();
    return own.stream()
        .filter(inspect -> ContainerView.name(inspect).equals(names.current(module)))
        .findFirst()
        .or(() -> own.stream().findFirst());
  }

  /** The id of a container's module. */
  public static String module(JsonNode inspect) {
    return inspect.path("Config").path("Labels").path(NodeNames.LABEL_MODULE).asText();
  }

  /** A container's name without the slash that the engine puts before it. */
  public static String name(JsonNode inspect) {
    return ContainerView.name(inspect);
  }

  /**
   * The end of a container's log, both streams, whole lines of 2 MiB at most.
   *
   * @param inspect as {@link #containers} gave it
   * @param lines from the end
   * @param since leaves out what is older
   */
  public byte[] log(JsonNode inspect, int lines, Optional<Instant> since) throws EngineException {
    var raw = rawLog(inspect, lines, "", since, Optional.empty()).bytes();
    return isTerminal(inspect) ? raw : LogFrames.strip(raw);
  }

  /**
   * As {@link #log}, before each line its stream, a space, the time at which the engine got it and
   * a space; without both when the container has a terminal.
   *
   * @param until leaves out what is newer
   */
  public LogEnd labelledLog(
      JsonNode inspect, int lines, Optional<Instant> since, Optional<Instant> until)
      throws EngineException {
    if (isTerminal(inspect)) {
      return rawLog(inspect, lines, "", since, until);
    }
    var raw = rawLog(inspect, lines, "&timestamps=true", since, until);
    return new LogEnd(LogFrames.label(raw.bytes()), raw.isCut());
  }

  private static boolean isTerminal(JsonNode inspect) {
    return inspect.path("Config").path("Tty").asBoolean();
  }

  private LogEnd rawLog(
      JsonNode inspect, int lines, String more, Optional<Instant> since, Optional<Instant> until)
      throws EngineException {
    return http.read(
        "/containers/"
            + inspect.path("Id").asText()
            + "/logs?stdout=true&stderr=true&tail="
            + lines
            + more
            + since.map(at -> "&since=" + at.getEpochSecond()).orElse("")
            + until.map(at -> "&until=" + at.getEpochSecond()).orElse(""),
        body ->
            isTerminal(inspect)
                ? LogTail.plain(body, LOG_LIMIT_BYTES)
                : LogTail.framed(body, LOG_LIMIT_BYTES),
        LOGS);
  }

  /** Stops a container within its stop timeout if it runs, and starts it. */
  public void restart(JsonNode inspect) throws EngineException {
    http.post("/containers/" + inspect.path("Id").asText() + "/restart", RESTART);
  }

  @Override
  public void close() throws IOException {
    http.close();
  }
}
