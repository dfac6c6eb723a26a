package dev.larder.agent.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.agent.node.NodeNames;
import dev.larder.agent.plan.Container;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.RegistryCredentials;
import dev.larder.common.report.NodeReport.Platform;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;

/** The Docker engine, as far as one node is concerned. */
public final class Engine implements AutoCloseable {
  private static final Duration QUICK = Duration.ofSeconds(20);

  /** Making and starting unpacks nothing, but may wait for a slow disk. */
  private static final Duration SLOW = Duration.ofSeconds(60);

  /** The module's own stop timeout, 10 s if it names none, comes off this. */
  private static final Duration STOP = Duration.ofSeconds(130);

  private static final int LOG_LINES = 5;
  private static final int LOG_LIMIT_BYTES = 1 << 20;

  private final EngineHttp http;
  private final NodeNames names;
  private final CacheNodeId node;
  private final ReentrantLock making = new ReentrantLock();

  public Engine(URI address, NodeNames names, CacheNodeId node) {
    this.http = new EngineHttp(address);
    this.names = names;
    this.node = node;
  }

  /** What the engine is. */
  public Platform platform() throws EngineException {
    var version = http.get("/version", QUICK);
    return new Platform(
        version.path("Os").asText(),
        version.path("Arch").asText(),
        version.path("Version").asText());
  }

  /** The answer of {@code GET /info}. */
  public JsonNode info() throws EngineException {
    return http.get("/info", QUICK);
  }

  /** Every container of this node, the agent's too. No other is ever seen from here. */
  public List<Container> containers() throws EngineException {
    var found = new ArrayList<Container>();
    var filter =
        filter(Map.of("label", List.of(NodeNames.LABEL_INSTANCE + "=" + names.instance())));
    for (var listed : http.get("/containers/json?all=true&filters=" + filter, QUICK)) {
      inspect(listed.path("Id").asText())
          .flatMap(inspect -> ContainerView.of(inspect, names))
          .ifPresent(found::add);
    }
    return found;
  }

  /** What the engine says of a container, by id or name; empty when there is none. */
  public Optional<JsonNode> inspect(String container) throws EngineException {
    return unlessMissing("/containers/" + encode(container) + "/json");
  }

  public Optional<JsonNode> inspectImage(String image) throws EngineException {
    return unlessMissing("/images/" + image + "/json");
  }

  public Optional<String> imageId(String image) throws EngineException {
    return inspectImage(image).map(inspect -> inspect.path("Id").asText());
  }

  /** The ids of all images that the engine has, whoever's they are. */
  public Set<String> imageIds() throws EngineException {
    return texts("/images/json?all=true", "Id");
  }

  /** The ids of the images of all containers on the engine, whoever's they are. */
  public Set<String> imagesInUse() throws EngineException {
    return texts("/containers/json?all=true", "ImageID");
  }

  private Set<String> texts(String list, String field) throws EngineException {
    var found = new HashSet<String>();
    for (var listed : http.get(list, QUICK)) {
      found.add(listed.path(field).asText());
    }
    return found;
  }

  /** What an image is called; empty when the engine has none of this id. */
  public Optional<ImageNames> imageNames(String id) throws EngineException {
    return inspectImage(id).map(ImageNames::of);
  }

  /**
   * Takes a name from an image, and the image from the engine with its last name; given an id, the
   * image. Images that it was built on stay. One that is gone already is no error.
   *
   * @throws EngineException of status 409 when a container needs it
   */
  public void removeImage(String image) throws EngineException {
    unlessGone("/images/" + image + "?noprune=true");
  }

  private void unlessGone(String path) throws EngineException {
    try {
      http.delete(path, SLOW);
    } catch (EngineException e) {
      if (e.status() != EngineException.NOT_FOUND) {
        throw e;
      }
    }
  }

  private Optional<JsonNode> unlessMissing(String path) throws EngineException {
    try {
      return Optional.of(http.get(path, QUICK));
    } catch (EngineException e) {
      if (e.status() == EngineException.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Fetches an image; returns when the engine has it.
   *
   * @param progress told 0 to 99 at every line of the engine's while it comes, and 100 in the end
   */
  public void pull(String image, Optional<RegistryCredentials> credentials, IntConsumer progress)
      throws EngineException {
    pull(image, credentials, Map.of(), progress);
  }

  /**
   * As {@link #pull(String, Optional, IntConsumer)}.
   *
   * @param fields that the engine sends on to the registry; each begins with {@code X-Meta-}
   */
  public void pull(
      String image,
      Optional<RegistryCredentials> credentials,
      Map<String, String> fields,
      IntConsumer progress)
      throws EngineException {
    try {
      ImagePull.run(http, image, credentials, fields, progress);
    } catch (EngineException e) {
      throw withDisk(e);
    }
  }

  /** Names the disk, should it be that which is full. */
  private EngineException withDisk(EngineException e) {
    if (!Mends.isDiskFull(e.reason())) {
      return e;
    }
    try {
      var folder = info().path("DockerRootDir").asText();
      return new EngineException(e.status(), Mends.diskFull(folder, e.reason()));
    } catch (EngineException _) {
      return e;
    }
  }

  /** Makes a container; returns its id. */
  public String create(String name, ObjectNode body) throws EngineException {
    try {
      return http.post("/containers/create?name=" + encode(name), body, SLOW).path("Id").asText();
    } catch (EngineException e) {
      throw withDisk(e);
    }
  }

  public void start(String container) throws EngineException {
    try {
      http.post("/containers/" + container + "/start", SLOW);
    } catch (EngineException e) {
      throw withDisk(e);
    }
  }

  /** Asks the container to end, and ends it after its stop timeout. */
  public void stop(String container) throws EngineException {
    http.post("/containers/" + container + "/stop", STOP);
  }

  /** Removes a container that stands still, and volumes of it that have no name. */
  public void remove(String container) throws EngineException {
    unlessGone("/containers/" + container + "?v=true");
  }

  public void rename(String container, String name) throws EngineException {
    http.post("/containers/" + container + "/rename?name=" + encode(name), QUICK);
  }

  /** Hangs a container on the node's network. */
  public void connect(String container, String alias) throws EngineException {
    ensureNetwork();
    var body = Json.object().put("Container", container);
    body.putObject("EndpointConfig").putArray("Aliases").add(alias);
    http.post("/networks/" + names.network() + "/connect", body, QUICK);
  }

  /**
   * Makes the node's network unless it is there. One at a time: the engine itself takes two
   * requests at once for two networks of one name.
   */
  public void ensureNetwork() throws EngineException {
    making.lock();
    try {
      if (unlessMissing("/networks/" + names.network()).isEmpty()) {
        var body =
            Json.object()
                .put("Name", names.network())
                .put("Driver", "bridge")
                .put("CheckDuplicate", true);
        body.set("Labels", labels());
        http.post("/networks/create", body, QUICK);
      }
    } finally {
      making.unlock();
    }
  }

  /**
   * Makes a named volume unless it is there.
   *
   * @throws EngineException of status 409 when it is another node's, whose instance and volume make
   *     the same name
   */
  public void ensureVolume(String name) throws EngineException {
    var body = Json.object().put("Name", name);
    body.set("Labels", labels());
    // The labels of one that was there are its own.
    var owner = instance(http.post("/volumes/create", body, QUICK).path("Labels"));
    if (!owner.isEmpty() && !owner.equals(names.instance())) {
      throw new EngineException(
          EngineException.CONFLICT,
          "the volume " + name + " is the node " + owner + "'s: give this module's another name");
    }
  }

  /**
   * Sees that a container, should there be one of this name, is this node's.
   *
   * @throws EngineException of status 409 when it is not
   */
  public void requireOwn(String container) throws EngineException {
    var found = inspect(container);
    if (found.isPresent() && !instance(found.get().at("/Config/Labels")).equals(names.instance())) {
      throw new EngineException(
          EngineException.CONFLICT,
          "the container " + container + " is not this node's: give this node's module another id");
    }
  }

  private static String instance(JsonNode labels) {
    return labels.path(NodeNames.LABEL_INSTANCE).asText();
  }

  private ObjectNode labels() {
    return Json.object()
        .put(NodeNames.LABEL_INSTANCE, names.instance())
        .put(NodeNames.LABEL_NODE, node.toString());
  }

  /** The last lines that a container wrote, for the reason of a failure. */
  public String lastLines(String container) throws EngineException {
    var raw =
        http.read(
            "/containers/" + container + "/logs?stdout=true&stderr=true&tail=" + LOG_LINES,
            body -> body.readNBytes(LOG_LIMIT_BYTES),
            QUICK);
    return new String(LogFrames.strip(raw), StandardCharsets.UTF_8).strip();
  }

  /**
   * Calls back at every event of this node's containers, until the engine ends the stream.
   *
   * @param since events from then on are told first
   */
  public void events(Instant since, Runnable changed) throws EngineException {
    var filter =
        filter(
            Map.of(
                "type", List.of("container"),
                "label", List.of(NodeNames.LABEL_INSTANCE + "=" + names.instance()),
                // Not the health check's own exec_start, which comes every few seconds.
                "event",
                    List.of(
                        "create",
                        "start",
                        "die",
                        "destroy",
                        "rename",
                        "health_status",
                        "pause",
                        "unpause")));
    http.follow(
        false,
        "/events?since=" + since.getEpochSecond() + "&filters=" + filter,
        Map.of(),
        _ -> changed.run());
  }

  private static String filter(Map<String, List<String>> filters) {
    return encode(Json.write(filters));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    http.close();
  }
}
