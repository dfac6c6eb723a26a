package dev.larder.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.larder.agent.enrol.EnrolCommand;
import dev.larder.agent.node.NodeFiles;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * {@code --train}: lives an agent's first seconds against a cloud and an engine of its own on
 * loopback, so that the JDK's AOT cache holds what a start needs. Used when the image is built.
 */
final class Training {
  private static final int PATIENCE_SECONDS = 8;
  private static final int OK = 200;
  private static final CacheNodeId NODE = new CacheNodeId(UUID.randomUUID());

  private final InstantSource clock = InstantSource.system();
  private final CountDownLatch reported = new CountDownLatch(2);

  private Training() {}

  /** Returns the exit code. */
  static int run() throws Exception {
    return new Training().train() ? 0 : 1;
  }

  private boolean train() throws Exception {
    var folder = Files.createTempDirectory("larder-train");
    var engine = HttpServer.create(loopback(), 0);
    engine.createContext("/", Training::engine);
    engine.start();
    try (var cloud = new TrainingCloud(NODE, clock, reported::countDown)) {
      var request =
          Json.object()
              .put("cloudUrl", "https://localhost:" + cloud.port())
              .put("customerId", UUID.randomUUID().toString())
              .put("cacheNodeId", NODE.toString())
              .put("customerKey", "training")
              .put("registrationKey", "training")
              .put("dataDir", folder.toString())
              .put("cloudCa", cloud.authority());
      var code =
          new EnrolCommand(
                  new ByteArrayInputStream(Json.writeBytes(request)), System.out, System.err, clock)
              .run(AgentMain.version());
      return code == EnrolCommand.OK && live(new NodeFiles(folder), engine);
    } finally {
      engine.stop(0);
    }
  }

  private boolean live(NodeFiles files, HttpServer engine) throws Exception {
    var address = URI.create("tcp://127.0.0.1:" + engine.getAddress().getPort());
    try (var agent = new Agent(files, address, 0, AgentMain.version(), clock);
        var client = HttpClient.newHttpClient()) {
      agent.start();
      var health = URI.create("http://127.0.0.1:" + agent.healthPort() + "/health");
      client.send(HttpRequest.newBuilder(health).build(), BodyHandlers.ofString());
      client.send(
          HttpRequest.newBuilder(health.resolve("/metrics")).build(), BodyHandlers.ofString());
      return reported.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** An engine with the image, and no container that lasts. */
  private static void engine(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    var path = exchange.getRequestURI().getPath();
    exchange.getResponseHeaders().set("Api-Version", "1.41");
    answer(exchange, OK, path.endsWith("/containers/json") ? "[]" : "{\"Id\": \"training\"}");
  }

  static void answer(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    try (exchange) {
      exchange.getResponseBody().write(bytes);
    }
  }

  static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }
}
