package dev.larder.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** A cache node, from its creation in the cloud through the bundle's scripts to its end. */
final class Node implements AutoCloseable {
  static final String RESOURCE = "tests";

  private static final Duration DEPLOY = Duration.ofMinutes(3);

  private final Api api;
  private final Path folder;
  private final String instance;
  private final int httpPort;
  private final Path drive;
  private String lastCommand = "";

  private Node(Api api, Path folder, String instance, int httpPort, Path drive) {
    this.api = api;
    this.folder = folder;
    this.instance = instance;
    this.httpPort = httpPort;
    this.drive = drive;
  }

  /**
   * Creates a node with one drive of 1 GB and an origin, and unpacks its bundle; nothing runs yet.
   */
  static Node create(Api api, Path folder, Origin origin) throws IOException, InterruptedException {
    var instance = "st-" + UUID.randomUUID().toString().substring(0, 8).toLowerCase(Locale.ROOT);
    var drive = Files.createDirectories(folder.resolve("drive"));
    int httpPort = Ports.free();
    api.post("/api/v1/resources", Json.object().put("name", RESOURCE)).is(201);
    api.post(nodes(), Json.object().put("name", instance)).is(201);
    var configuration = Json.object().put("httpPort", httpPort).put("summaryPort", Ports.free());
    configuration
        .putArray("cacheDrives")
        .addObject()
        .put("physicalPath", drive.toString())
        .put("sizeInGb", 1);
    configuration
        .putArray("origins")
        .addObject()
        .put("host", origin.host())
        .put("scheme", "http")
        .put("contentType", "Tests")
        .put("allowPrivateAddress", true);
    configuration.put("trafficEvery", "PT1S");
    var node = new Node(api, folder, instance, httpPort, drive);
    api.put(node.path("/configuration"), configuration).is(200);
    node.fetchBundle();
    return node;
  }

  private static String nodes() {
    return "/api/v1/resources/" + RESOURCE + "/nodes";
  }

  private void fetchBundle() throws IOException, InterruptedException {
    var zip = folder.resolve("bundle.zip");
    api.download(path("/bundle.zip"), zip);
    Command.run(
            folder,
            Duration.ofSeconds(20),
            List.of("unzip", "-o", "-q", zip.toString(), "-d", bundle().toString()))
        .succeeded();
  }

  Path bundle() {
    return folder.resolve("bundle");
  }

  Path drive() {
    return drive;
  }

  Path dataFolder() {
    return Path.of("/var/lib", instance);
  }

  String instance() {
    return instance;
  }

  String container(String part) {
    return instance + "-" + part;
  }

  /** A path of this node in the API. */
  String path(String rest) {
    return nodes() + "/" + instance + rest;
  }

  JsonNode view() throws IOException, InterruptedException {
    return api.get(path("")).is(200).body();
  }

  ObjectNode details() throws IOException, InterruptedException {
    return (ObjectNode) api.get(path("/deployment-details")).is(200).body();
  }

  /** The command that the portal shows, which an operator pastes. */
  String command() throws IOException, InterruptedException {
    return details().path("command").asText();
  }

  /** Runs the portal's command in the bundle's folder, under this test's instance. */
  Command deploy() throws IOException, InterruptedException {
    lastCommand = command();
    return deploy(lastCommand);
  }

  /** The one that {@link #deploy()} ran last. */
  String lastCommand() {
    return lastCommand;
  }

  Command deploy(String command) throws IOException {
    return Command.run(
        bundle(),
        DEPLOY,
        List.of(
            "bash", "-c", command.replaceFirst("^sudo ", "") + " instance=\"" + instance + "\""));
  }

  Command uninstall(String... words) throws IOException {
    var command =
        new java.util.ArrayList<>(List.of("./uninstall.sh", "instance=" + instance, "--yes"));
    command.addAll(List.of(words));
    return Command.run(bundle(), DEPLOY, command);
  }

  /** How a client is answered by this node's cache. */
  Client client() {
    return new Client("http://127.0.0.1:" + httpPort);
  }

  int httpPort() {
    return httpPort;
  }

  /** Leaves nothing behind, whatever the test came to. */
  @Override
  public void close() throws IOException {
    uninstall();
  }
}
