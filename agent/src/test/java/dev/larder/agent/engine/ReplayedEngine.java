package dev.larder.agent.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.agent.engine.UnixHttp.Call;
import dev.larder.agent.engine.UnixHttp.Reply;
import dev.larder.agent.engine.UnixHttp.Stream;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The forms of answers of Docker Engine 29 (API 1.52, 1.44 at least), with its containerd image
 * store, written down from the published API documents and their list of changes. It is no engine:
 * it runs nothing, and knows just so much of containers that what is asked next can be answered.
 */
final class ReplayedEngine implements AutoCloseable, UnixHttp.Answers {
  private final URI address;
  private final UnixHttp http;
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final Map<String, Copy> copies = new LinkedHashMap<>();
  private final Set<String> images = new HashSet<>();
  private final Set<String> networks = new HashSet<>();
  private int newest = 52;
  private int oldest = 44;
  private boolean isRegistryAway;
  private boolean isStopping;

  /** A container; its fields are the engine's lock's. */
  static final class Copy {
    final String id;
    final JsonNode made;
    final Set<String> networks = new HashSet<>();
    String name;
    String status = "created";
    String startedAt = NewestForms.NEVER;
    String finishedAt = NewestForms.NEVER;

    Copy(String id, String name, JsonNode made) {
      this.id = id;
      this.name = name;
      this.made = made;
    }
  }

  ReplayedEngine(Path folder) throws IOException {
    var socket = folder.resolve("docker.sock");
    this.address = URI.create("unix://" + socket);
    this.http = new UnixHttp(socket, this);
  }

  URI address() {
    return address;
  }

  /** Another engine is here now, as after an upgrade. */
  synchronized void become(int newestMinor, int oldestMinor) {
    newest = newestMinor;
    oldest = oldestMinor;
  }

  synchronized void registryAway(boolean isAway) {
    isRegistryAway = isAway;
  }

  /** Pulls end from now on as if all were well, and bring nothing. */
  synchronized void stopping() {
    isStopping = true;
  }

  /** Takes a container from a network by hand; the next event tells of its health only. */
  synchronized void disconnect(String name, String network) {
    find(name).orElseThrow().networks.remove(network);
    tell("health_status: healthy", find(name).orElseThrow());
  }

  /** What was asked, without versions and queries: {@code POST /containers/create}. */
  List<String> asked() {
    return calls.stream()
        .map(call -> call.method() + " " + call.target().replaceFirst("^/v1\\.\\d+", ""))
        .map(call -> call.replaceFirst("\\?.*", ""))
        .toList();
  }

  /** The versions in the paths; {@code /_ping} has none. */
  Set<String> versions() {
    var versions = new HashSet<String>();
    calls.stream()
        .filter(call -> !call.target().equals("/_ping"))
        .forEach(call -> versions.add(call.target().split("/", -1)[1]));
    return versions;
  }

  /** Names and states of all containers, {@code x-one running}. */
  synchronized List<String> containers() {
    return copies.values().stream().map(copy -> copy.name + " " + copy.status).sorted().toList();
  }

  @Override
  public synchronized List<String> headers() {
    return List.of(
        "Api-Version: 1." + newest,
        "Docker-Experimental: false",
        "Ostype: linux",
        "Server: Docker/29.0.0 (linux)",
        "Date: Mon, 10 Nov 2025 12:00:00 GMT");
  }

  @Override
  public synchronized Reply answer(Call call) {
    calls.add(call);
    if (call.target().equals("/_ping")) {
      return new Reply(200, false, List.of("OK"));
    }
    var parts = call.target().split("/", 3);
    int minor = Integer.parseInt(parts[1].substring("v1.".length()));
    if (minor < oldest || minor > newest) {
      return refused(minor);
    }
    var path = ("/" + parts[2]).replaceFirst("\\?.*", "");
    return route(call, path);
  }

  private Reply refused(int minor) {
    return problem(
        400,
        minor < oldest
            ? "client version 1."
                + minor
                + " is too old. Minimum supported API version is 1."
                + oldest
                + ", please upgrade your client to a newer version"
            : "client version 1."
                + minor
                + " is too new. Maximum supported API version is 1."
                + newest);
  }

  private static Reply problem(int status, String message) {
    return Reply.of(status, Json.object().put("message", message));
  }

  private Reply route(Call call, String path) {
    return switch (call.method() + " " + path) {
      case "GET /version" -> Reply.of(200, version());
      case "GET /info" -> Reply.of(200, Json.object().put("DockerRootDir", "/var/lib/docker"));
      case "GET /events" -> new Reply(200, true, List.of());
      case "GET /containers/json" -> Reply.of(200, NewestForms.list(copies.values()));
      case "GET /images/json" -> Reply.of(200, NewestForms.images(images));
      case "POST /images/create" -> pull(call);
      case "POST /containers/create" -> create(call);
      case "POST /networks/create" -> {
        networks.add(call.body().path("Name").asText());
        yield Reply.of(201, Json.object().put("Id", "3f".repeat(32)).put("Warning", ""));
      }
      case "POST /volumes/create" ->
          Reply.of(201, NewestForms.volume(call.body().path("Name").asText()));
      default -> one(call, path);
    };
  }

  private Reply one(Call call, String path) {
    var parts = path.substring(1).split("/", -1);
    if (parts[0].equals("images")) {
      var name = path.substring("/images/".length()).replaceFirst("/json$", "");
      return images.contains(name)
          ? Reply.of(200, NewestForms.image(name))
          : problem(404, "No such image: " + name);
    }
    if (parts[0].equals("networks")) {
      return network(call, parts);
    }
    var copy = find(parts[1]);
    if (copy.isEmpty()) {
      return problem(404, "No such container: " + parts[1]);
    }
    return act(call, parts.length == 2 ? "remove" : parts[2], copy.get());
  }

  private Reply network(Call call, String[] parts) {
    if (!networks.contains(parts[1])) {
      return problem(404, "network " + parts[1] + " not found");
    }
    if (call.method().equals("POST")) {
      find(call.body().path("Container").asText()).orElseThrow().networks.add(parts[1]);
      return Reply.of(200);
    }
    var network = Json.object().put("Name", parts[1]).put("Driver", "bridge");
    network.put("EnableIPv4", true).putObject("Status").putObject("IPAM").putObject("Subnets");
    return Reply.of(200, network);
  }

  private Reply act(Call call, String action, Copy copy) {
    switch (action) {
      case "json" -> {
        return Reply.of(200, NewestForms.inspect(copy));
      }
      case "start" -> {
        copy.status = "running";
        copy.startedAt = Instant.now().toString();
        tell("start", copy);
      }
      case "stop" -> {
        if (!copy.status.equals("running")) {
          return Reply.of(304);
        }
        copy.status = "exited";
        copy.finishedAt = Instant.now().toString();
        tell("die", copy);
      }
      case "rename" -> {
        copy.name = parameter(call, "name");
        tell("rename", copy);
      }
      case "remove" -> {
        copies.remove(copy.id);
        tell("destroy", copy);
      }
      default -> {
        return problem(404, "page not found");
      }
    }
    return Reply.of(204);
  }

  private Reply create(Call call) {
    var body = call.body();
    if (!images.contains(body.path("Image").asText())) {
      return problem(404, "No such image: " + body.path("Image").asText());
    }
    var id = HexFormat.of().toHexDigits(copies.size() + calls.size()).repeat(8);
    var copy = new Copy(id, parameter(call, "name"), body);
    body.at("/NetworkingConfig/EndpointsConfig").fieldNames().forEachRemaining(copy.networks::add);
    copies.put(id, copy);
    tell("create", copy);
    var answer = Json.object().put("Id", id);
    answer.putArray("Warnings").add("a warning that newer engines may give");
    return Reply.of(201, answer);
  }

  private Reply pull(Call call) {
    var image = parameter(call, "fromImage") + ":" + parameter(call, "tag");
    if (!isRegistryAway && !isStopping) {
      images.add(image);
    }
    return new Reply(200, true, NewestForms.pull(image, isRegistryAway));
  }

  private static String parameter(Call call, String name) {
    var value = call.target().replaceFirst(".*[?&]" + name + "=([^&]*).*", "$1");
    return URLDecoder.decode(value, StandardCharsets.UTF_8);
  }

  private Optional<Copy> find(String idOrName) {
    return Optional.ofNullable(copies.get(idOrName))
        .or(() -> copies.values().stream().filter(c -> c.name.equals(idOrName)).findFirst());
  }

  @Override
  public Optional<Stream> stream(Call call) {
    return call.target().contains("/events")
        ? Optional.of(line -> {
          while (true) {
            line.send(events.take());
          }
        })
        : Optional.empty();
  }

  /** Without the fields {@code status}, {@code id} and {@code from}, which are gone. */
  private void tell(String action, Copy copy) {
    var event = Json.object().put("Type", "container").put("Action", action);
    var actor = event.putObject("Actor").put("ID", copy.id);
    actor.putObject("Attributes").put("name", copy.name);
    var now = Instant.now();
    event.put("scope", "local").put("time", now.getEpochSecond());
    events.add(event.put("timeNano", now.toEpochMilli() * 1_000_000).toString());
  }

  private ObjectNode version() {
    var version =
        Json.object().put("Version", "29." + (newest - 52) + ".0").put("ApiVersion", "1." + newest);
    version.put("MinAPIVersion", "1." + oldest).put("Os", "linux").put("Arch", "amd64");
    version.putObject("Platform").put("Name", "Docker Engine - Community");
    return version;
  }

  @Override
  public void close() throws IOException {
    http.close();
  }
}
