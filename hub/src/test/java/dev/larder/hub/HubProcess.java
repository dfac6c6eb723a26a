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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The hub as a process of its own, as it runs on a node. */
final class HubProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final Path identity;
  private final Path folder;
  private final int mqttPort = freePort();
  private final int healthPort = freePort();
  private Process process;

  HubProcess(TestIdentity identity, Path folder) {
    this.identity = identity.folder();
    this.folder = folder;
    this.process = launch();
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
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.larder.hub.HubMain");
    builder.environment().put("LARDER_IDENTITY", identity.toString());
    builder.environment().put("LARDER_DATA", folder.resolve("data").toString());
    builder.environment().put("LARDER_MQTT_PORT", String.valueOf(mqttPort));
    builder.environment().put("LARDER_HEALTH_PORT", String.valueOf(healthPort));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("hub.log").toFile()));
    try {
      var launched = builder.start();
      await("the hub is healthy", () -> health().contains("\"healthy\""));
      return launched;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it as a power cut would, and starts it again. */
  void killAndRestart() {
    process.destroyForcibly();
    join();
    process = launch();
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

  int mqttPort() {
    return mqttPort;
  }

  String uri() {
    return "ssl://127.0.0.1:" + mqttPort;
  }

  /** The body of {@code GET /health}; empty while no one answers. */
  String health() {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), healthPort)) {
      socket.setSoTimeout(2_000);
      socket
          .getOutputStream()
          .write("GET /health HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
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
