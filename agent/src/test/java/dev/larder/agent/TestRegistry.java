package dev.larder.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** A real registry, Debian's docker-registry, on loopback. */
public final class TestRegistry implements AutoCloseable {
  private final Process process;
  private final int port;

  public TestRegistry(Path folder) throws Exception {
    Files.createDirectories(folder);
    port = freePort();
    var config = folder.resolve("config.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        log: {level: error}
        storage: {filesystem: {rootdirectory: %s}}
        http: {addr: 127.0.0.1:%d}
        """
            .formatted(folder.resolve("data"), port));
    process =
        new ProcessBuilder("docker-registry", "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    Await.until(this::answers);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean answers() {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException _) {
      return false;
    }
  }

  int port() {
    return port;
  }

  /** Puts an image into the registry and takes it from the engine; answers its name there. */
  public String push(String image, String repository) throws Exception {
    var there = "127.0.0.1:" + port + "/" + repository + ":1";
    TestDocker.run("tag", image, there);
    TestDocker.run("push", there);
    TestDocker.run("rmi", there);
    return there;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
