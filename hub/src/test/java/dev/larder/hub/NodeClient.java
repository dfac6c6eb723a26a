package dev.larder.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A connection of the npm package {@code mqtt}, in a process of Node.js. */
final class NodeClient implements RealClient {
  private static final Path SOURCES = Path.of("src", "test", "js");
  private static final Path INSTALLED = Path.of("target", "js");
  private static final List<String> FILES =
      List.of("client.mjs", "package.json", "package-lock.json");
  private static final int INSTALL_MINUTES = 5;

  private final Process process;
  private final Writer orders;
  private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();
  private final List<Message> received = new CopyOnWriteArrayList<>();
  private int number;

  private NodeClient(Process process) {
    this.process = process;
    this.orders = process.outputWriter(StandardCharsets.UTF_8);
    Thread.ofPlatform().daemon().start(this::listen);
  }

  /** Brings the package as its lock file has it; once, until that changes. */
  static void install() throws IOException, InterruptedException {
    var lock = INSTALLED.resolve("package-lock.json");
    boolean isThere =
        Files.exists(INSTALLED.resolve("node_modules"))
            && Files.exists(lock)
            && Files.mismatch(lock, SOURCES.resolve("package-lock.json")) < 0;
    Files.createDirectories(INSTALLED);
    for (var file : FILES) {
      Files.copy(
          SOURCES.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    if (!isThere) {
      var npm =
          new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund")
              .directory(INSTALLED.toFile())
              .redirectErrorStream(true)
              .redirectOutput(INSTALLED.resolve("npm.log").toFile())
              .start();
      if (!npm.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES) || npm.exitValue() != 0) {
        npm.destroyForcibly();
        Files.deleteIfExists(lock);
        throw new AssertionError("npm ci: " + Files.readString(INSTALLED.resolve("npm.log")));
      }
    }
  }

  /**
   * Connects.
   *
   * @param version 4 for MQTT 3.1.1, or 5
   */
  static NodeClient connect(Way way, int version, Path trust) throws IOException {
    var client =
        new NodeClient(
            new ProcessBuilder("node", "client.mjs")
                .directory(INSTALLED.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    // Its schemes for TLS are mqtts and wss.
    var order =
        Json.object()
            .put("uri", way.uri().replace("ssl:", "mqtts:"))
            .put("version", version)
            .put("clientId", way.who().clientId())
            .put("userName", way.who().userName())
            .put("password", way.who().password())
            .put("lasting", way.lasting())
            .put("trust", trust.toString());
    way.will().ifPresent(will -> order.set("will", json(will)));
    try {
      client.carryOut("connect", order);
    } catch (AssertionError e) {
      client.cut();
      throw e;
    }
    return client;
  }

  private static JsonNode json(Message message) {
    return Json.mapper().valueToTree(message);
  }

  private void listen() {
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        var word = Json.mapper().readTree(line);
        if (word.has("message")) {
          received.add(message(word.get("message")));
        } else {
          answers.add(word);
        }
      }
    } catch (IOException e) {
      if (process.isAlive()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static Message message(JsonNode seen) {
    Map<String, String> user = new HashMap<>();
    seen.get("user").properties().forEach(e -> user.put(e.getKey(), e.getValue().textValue()));
    return new Message(
        seen.get("topic").textValue(),
        seen.get("text").textValue(),
        seen.get("qos").intValue(),
        seen.get("retained").booleanValue(),
        user,
        seen.get("expirySeconds").longValue());
  }

  private void carryOut(String what, ObjectNode order) throws IOException {
    orders.write(Json.write(order.put("do", what).put("number", ++number)) + "\n");
    orders.flush();
    var answer = answer();
    if (answer.path("done").intValue() != number) {
      throw new AssertionError(what + ": " + answer);
    }
  }

  private JsonNode answer() {
    try {
      var answer = answers.poll(Paho.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      return answer == null ? Json.object().put("error", "no answer in time") : answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void subscribe(String filter, int qos) throws IOException {
    carryOut("subscribe", Json.object().put("filter", filter).put("qos", qos));
  }

  @Override
  public void publish(Message message) throws IOException {
    var order = Json.object();
    order.set("message", json(message));
    carryOut("publish", order);
  }

  @Override
  public List<Message> received() {
    return List.copyOf(received);
  }

  /** The process dies, and its socket with it. */
  @Override
  public void cut() {
    process.destroyForcibly();
  }

  @Override
  public void close() throws IOException {
    try {
      carryOut("close", Json.object());
    } finally {
      process.destroyForcibly();
    }
  }
}
