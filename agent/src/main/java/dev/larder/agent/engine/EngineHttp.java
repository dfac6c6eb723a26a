package dev.larder.agent.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.larder.common.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Requests of the Docker Engine API: JSON in, JSON out, each with a deadline. */
final class EngineHttp implements AutoCloseable {
  /** The newest version of the API whose answers this agent knows. */
  private static final int NEWEST_MINOR = 52;

  /** Of the refusal of a version, by engines old and new. */
  private static final String VERSION_REFUSED = "supported API version is";

  private static final int CONNECTIONS = 64;
  private static final int QUICK_AT_ONCE = 16;
  private static final int LONG_AT_ONCE = 24;
  private static final int ANSWER_LIMIT_BYTES = 8 << 20;
  private static final int MULTIPLE_CHOICES = 300;
  private static final int NOT_MODIFIED = 304;
  private static final Duration PING = Duration.ofSeconds(5);

  /**
   * A call that may take longer waits with its like: a look at the engine never waits for a stop.
   */
  private static final Duration QUICK = Duration.ofSeconds(30);

  private final URI address;
  private final DockerHttpClient client;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** Calls wait here rather than for a connection, which streams hold for long. */
  private final Semaphore quickCalls = new Semaphore(QUICK_AT_ONCE);

  private final Semaphore longCalls = new Semaphore(LONG_AT_ONCE);

  private volatile String version = "";

  EngineHttp(URI address) {
    this.address = address;
    this.client =
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(address)
            .maxConnections(CONNECTIONS)
            .connectionTimeout(PING)
            .build();
  }

  /** Takes the lines of an answer as they come. */
  @FunctionalInterface
  interface Lines {
    void line(JsonNode line) throws EngineException;
  }

  /** Makes something of an answer's bytes. */
  @FunctionalInterface
  interface Reading<T> {
    T of(InputStream body) throws IOException;
  }

  JsonNode get(String path, Duration deadline) throws EngineException {
    return call(request(Request.Method.GET, path).build(), deadline);
  }

  JsonNode post(String path, JsonNode body, Duration deadline) throws EngineException {
    var request = request(Request.Method.POST, path);
    if (!body.isMissingNode()) {
      request.putHeader("Content-Type", "application/json").bodyBytes(Json.writeBytes(body));
    }
    return call(request.build(), deadline);
  }

  void post(String path, Duration deadline) throws EngineException {
    post(path, MissingNode.getInstance(), deadline);
  }

  void delete(String path, Duration deadline) throws EngineException {
    call(request(Request.Method.DELETE, path).build(), deadline);
  }

  /** What is made of an answer's bytes as they come. */
  <T> T read(String path, Reading<T> reading, Duration deadline) throws EngineException {
    var request = request(Request.Method.GET, path).build();
    return within(
        deadline,
        () -> {
          try (var response = open(request)) {
            return reading.of(response.getBody());
          }
        });
  }

  /**
   * Follows an answer that comes line by line until it ends. An interrupt of the calling thread
   * ends it too.
   */
  void follow(boolean post, String path, Map<String, String> headers, Lines lines)
      throws EngineException {
    var request =
        request(post ? Request.Method.POST : Request.Method.GET, path).headers(headers).build();
    try (var response = open(request);
        var reader =
            new BufferedReader(new InputStreamReader(response.getBody(), StandardCharsets.UTF_8))) {
      for (var line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.isBlank()) {
          lines.line(Json.mapper().readTree(line));
        }
      }
    } catch (EngineException e) {
      throw e;
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private Request.Builder request(Request.Method method, String path) throws EngineException {
    if (version.isEmpty()) {
      negotiate();
    }
    return new BuilderOf(method, version + path).builder();
  }

  /** docker-java's builder returns its generated parent from every call but {@code method}. */
  private record BuilderOf(Request.Method method, String path) {
    Request.Builder builder() {
      var builder = Request.builder();
      builder.method(method).path(path);
      return builder;
    }
  }

  /**
   * Speaks the older of the engine's newest version and ours. An engine that has dropped ours is
   * spoken to in its oldest: what is read of its answers seldom changes.
   */
  private void negotiate() throws EngineException {
    var newest = minor(within(PING, this::pinged));
    version = path(Math.min(NEWEST_MINOR, newest));
    if (newest > NEWEST_MINOR) {
      var asked = new BuilderOf(Request.Method.GET, path(newest) + "/version").builder().build();
      var oldest = minor(call(asked, PING).path("MinAPIVersion").asText());
      version = path(Math.max(NEWEST_MINOR, oldest));
    }
  }

  /** The newest version that the engine has. */
  private String pinged() throws IOException {
    var ping = new BuilderOf(Request.Method.GET, "/_ping").builder().build();
    try (var response = open(ping)) {
      response.getBody().readNBytes(ANSWER_LIMIT_BYTES);
      return String.valueOf(response.getHeader("Api-Version"));
    }
  }

  private static String path(int minor) {
    return "/v1." + minor;
  }

  private static int minor(String version) throws EngineException {
    try {
      return Integer.parseInt(version.substring(version.indexOf('.') + 1));
    } catch (NumberFormatException e) {
      throw new EngineException(
          "The engine's API has no version that can be read: "
              + version
              + "; see that Docker Engine 20.10 or newer answers on the socket",
          e);
    }
  }

  private JsonNode call(Request request, Duration deadline) throws EngineException {
    return within(
        deadline,
        () -> {
          try (var response = open(request)) {
            var bytes = response.getBody().readNBytes(ANSWER_LIMIT_BYTES);
            return bytes.length == 0 ? MissingNode.getInstance() : Json.mapper().readTree(bytes);
          }
        });
  }

  private Response open(Request request) throws EngineException {
    Response response;
    try {
      response = client.execute(request);
    } catch (RuntimeException e) {
      throw unreachable(e.getCause() instanceof IOException cause ? cause : e);
    }
    var status = response.getStatusCode();
    if (status < MULTIPLE_CHOICES || status == NOT_MODIFIED) {
      return response;
    }
    try (response) {
      var message = message(response);
      if (message.contains(VERSION_REFUSED)) {
        version = "";
      }
      throw new EngineException(status, message);
    }
  }

  private static String message(Response response) {
    try {
      var text =
          new String(response.getBody().readNBytes(ANSWER_LIMIT_BYTES), StandardCharsets.UTF_8)
              .strip();
      return text.startsWith("{")
          ? Json.mapper().readTree(text).path("message").asText(text)
          : text;
    } catch (IOException e) {
      return "status " + response.getStatusCode() + ", and its reason could not be read";
    }
  }

  private EngineException unreachable(Exception cause) {
    // What answers next may be another engine.
    version = "";
    return new EngineException(
        "The Docker engine does not answer at "
            + address
            + " ("
            + cause.getMessage()
            + "); see that it runs and that its socket is mounted",
        cause);
  }

  /** docker-java cannot time out on a Unix socket; an interrupt closes the socket's channel. */
  private <T> T within(Duration deadline, Callable<T> work) throws EngineException {
    var calls = deadline.compareTo(QUICK) > 0 ? longCalls : quickCalls;
    try {
      calls.acquire();
      try {
        return awaited(threads.submit(work), deadline);
      } finally {
        calls.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException("Interrupted while the engine was asked", e);
    }
  }

  private <T> T awaited(Future<T> answer, Duration deadline)
      throws EngineException, InterruptedException {
    try {
      return answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new EngineException(
          "The Docker engine gave no answer at "
              + address
              + " within "
              + deadline.toSeconds()
              + " s; if it stays so, look at its log and start it again",
          e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof EngineException engine) {
        throw engine;
      }
      if (e.getCause() instanceof IOException io) {
        throw unreachable(io);
      }
      throw new IllegalStateException("A call of the engine failed", e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  @Override
  public void close() throws IOException {
    threads.shutdownNow();
    client.close();
  }
}
