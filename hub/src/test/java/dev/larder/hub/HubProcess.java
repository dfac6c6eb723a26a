package dev.larder.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The hub as a process of its own, as it runs on a node. */
final class HubProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String EDGE_HUB = "edgehub.json";

  private final Path identity;
  private final Path folder;
  private final int mqttPort = freePort();
  private final int webPort = freePort();
  private final int openPort = freePort();
  private final int healthPort = freePort();
  private final List<String> options;
  private Process process;

  private HubProcess(TestIdentity identity, Path folder, List<String> options) {
    this.identity = identity.folder();
    this.folder = folder;
    this.options = options;
    this.process = launch();
  }

  /** Starts one that has everything by default until a cloud says otherwise. */
  static HubProcess start(TestIdentity identity, Path folder) {
    return new HubProcess(identity, folder, List.of());
  }

  /** Starts one with these desired properties of {@code $edgeHub}. */
  static HubProcess start(TestIdentity identity, Path folder, String edgeHub) {
    write(folder, edgeHub);
    return new HubProcess(identity, folder, List.of());
  }

  /** The same, its Java started with options. */
  static HubProcess start(
      TestIdentity identity, Path folder, String edgeHub, List<String> options) {
    write(folder, edgeHub);
    return new HubProcess(identity, folder, options);
  }

  private static void write(Path folder, String edgeHub) {
    try {
      Files.writeString(folder.resolve(EDGE_HUB), edgeHub);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int freePort() {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process launch() {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var builder =
        new ProcessBuilder(
            java,
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.larder.hub.HubMain");
    builder.command().addAll(1, options);
    var environment = builder.environment();
    environment.put("LARDER_IDENTITY", identity.toString());
    environment.put("LARDER_DATA", folder.resolve("data").toString());
    environment.put("LARDER_MQTT_PORT", String.valueOf(mqttPort));
    environment.put("LARDER_WS_PORT", String.valueOf(webPort));
    environment.put("LARDER_MQTT_OPEN", "127.0.0.1:" + openPort);
    environment.put("LARDER_HEALTH_PORT", String.valueOf(healthPort));
    if (Files.exists(folder.resolve(EDGE_HUB))) {
      environment.put("LARDER_EDGEHUB", folder.resolve(EDGE_HUB).toString());
    }
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("hub.log").toFile()));
    try {
      var launched = builder.start();
      await("the hub is healthy", () -> health().contains("\"healthy\"") || hasEnded(launched));
      if (hasEnded(launched)) {
        throw new AssertionError("the hub does not start: " + log());
      }
      return launched;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean hasEnded(Process launched) {
    return !launched.isAlive();
  }

  /** Ends it by SIGKILL. */
  void kill() {
    process.destroyForcibly();
    join();
  }

  /** Starts it again, after it has ended. */
  void restart() {
    process = launch();
  }

  void killAndRestart() {
    kill();
    restart();
  }

  /** Ends it by SIGTERM; the answer is its exit code. */
  int stop() {
    process.destroy();
    join();
    return process.exitValue();
  }

  private void join() {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("the hub did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** How many sockets it has open. */
  long sockets() {
    try (var files = Files.list(Path.of("/proc", String.valueOf(process.pid()), "fd"))) {
      return files.filter(HubProcess::isSocket).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isSocket(Path file) {
    try {
      return Files.readSymbolicLink(file).toString().startsWith("socket:");
    } catch (IOException _) {
      // Closed meanwhile.
      return false;
    }
  }

  /** Has it collect its garbage. */
  void collectGarbage() throws IOException, InterruptedException {
    var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    int code =
        new ProcessBuilder(jcmd, String.valueOf(process.pid()), "GC.run")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    if (code != 0) {
      throw new IOException("jcmd ended with " + code);
    }
  }

  int mqttPort() {
    return mqttPort;
  }

  int webPort() {
    return webPort;
  }

  int healthPort() {
    return healthPort;
  }

  int openPort() {
    return openPort;
  }

  /** MQTT over TLS. */
  String uri() {
    return "ssl://127.0.0.1:" + mqttPort;
  }

  /** MQTT over WebSocket, over TLS. */
  String webUri(String path) {
    return "wss://127.0.0.1:" + webPort + path;
  }

  /** MQTT without TLS. */
  String openUri() {
    return "tcp://127.0.0.1:" + openPort;
  }

  /** The answer to {@code GET /health}; empty while no one answers. */
  String health() {
    return get("/health");
  }

  /** The head and the body of what the health server answers; empty while no one answers. */
  String get(String path) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), healthPort)) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(("GET " + path + " HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException _) {
      return "";
    }
  }

  String log() {
    try {
      return Files.readString(folder.resolve("hub.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The lines of its log that tell of a fault of its own, or of a buffer that was lost. */
  List<String> complaints() {
    return log()
        .lines()
        .filter(l -> l.contains(" ERROR ") || l.contains("Exception") || l.contains("LEAK"))
        .toList();
  }

  /** Waits until something holds, or fails with its name. */
  static void await(String what, BooleanSupplier condition) {
    var deadline = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("not in time: " + what);
      }
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    join();
  }
}
