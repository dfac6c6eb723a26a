package dev.larder.agent;

import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;

/**
 * A registry that is not on loopback, over TLS: a line to it at another address of this machine,
 * and its authority among the engine's own. Needs root.
 */
final class TlsRegistry implements AutoCloseable {
  private static final Path AUTHORITIES = Path.of("/etc/docker/certs.d");

  private final Path folder;
  private final TestRegistry plain;
  private final TestRegistry secure;
  private final InetAddress address = address();
  private final int port;
  private SlowLine line;

  /**
   * Serves from now on.
   *
   * @param isOpen whether it asks for no password
   * @param bytesPerSecond of the line
   */
  TlsRegistry(Path folder, boolean isOpen, long bytesPerSecond) throws Exception {
    this.folder = folder;
    // One storage with two doors: pushes go by this one.
    plain = new TestRegistry(folder);
    secure = TestRegistry.secure(folder, address.getHostAddress(), isOpen);
    line = line(0, bytesPerSecond);
    port = line.port();
    trust();
  }

  /** Puts its authority among the engine's. */
  void trust() throws IOException {
    Files.createDirectories(authorities());
    Files.copy(folder.resolve("tls.crt"), authorities().resolve("ca.crt"));
  }

  /** Takes its authority away: who connects from now on does not trust it. */
  void distrust() throws IOException {
    Files.deleteIfExists(authorities().resolve("ca.crt"));
    Files.deleteIfExists(authorities());
  }

  /** One that is not on loopback; what goes there does not leave the machine. */
  private static InetAddress address() throws IOException {
    // The oldest: newer ones are other tests' networks, which go.
    return NetworkInterface.networkInterfaces()
        .sorted(Comparator.comparingInt(NetworkInterface::getIndex))
        .flatMap(NetworkInterface::inetAddresses)
        .filter(own -> own instanceof Inet4Address && !own.isLoopbackAddress())
        .findFirst()
        .orElseThrow();
  }

  private SlowLine line(int at, long bytesPerSecond) throws IOException {
    return new SlowLine(secure.port(), bytesPerSecond, new InetSocketAddress(address, at));
  }

  private Path authorities() {
    return AUTHORITIES.resolve(where());
  }

  /** {@code host:port}, as images name it. */
  String where() {
    return address.getHostAddress() + ":" + port;
  }

  /** By which engine and agent reach it. */
  SlowLine line() {
    return line;
  }

  /** Takes the line away. */
  void goAway() throws IOException {
    line.close();
  }

  /** Lays a new line where the old one was, when all of that has ended. */
  void comeBack(long bytesPerSecond) throws Exception {
    Await.until(() -> {
      try {
        line = line(port, bytesPerSecond);
        return true;
      } catch (BindException _) {
        return false;
      }
    });
  }

  /** Puts an image there with layers of these sizes, that nothing can make smaller. */
  String push(String repository, int... layersBytes) throws Exception {
    var local = repository.replace('/', '-') + ":local";
    var label = "dev.larder.test=pulls";
    var container = TestDocker.run("create", "--label", label, TestDocker.IMAGE);
    for (int i = 0; i < layersBytes.length; i++) {
      var bytes = new byte[layersBytes[i]];
      new Random(repository.hashCode() + i).nextBytes(bytes);
      var file = Files.write(folder.resolve("layer"), bytes);
      TestDocker.run("cp", file.toString(), container + ":/file" + i);
      TestDocker.run("commit", container, local);
      TestDocker.run("rm", container);
      container = TestDocker.run("create", "--label", label, local);
    }
    TestDocker.run("rm", container);
    var there = plain.push(local, repository);
    TestDocker.run("rmi", local);
    return there.replace("127.0.0.1:" + plain.port(), where());
  }

  /** The digest of what was put there. */
  String digest(String repository) throws IOException {
    var tags = folder.resolve("data/docker/registry/v2/repositories/" + repository);
    return Files.readString(tags.resolve("_manifests/tags/1/current/link")).strip();
  }

  @Override
  public void close() throws IOException {
    line.close();
    secure.close();
    plain.close();
    distrust();
  }
}
