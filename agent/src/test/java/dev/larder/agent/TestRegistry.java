package dev.larder.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** A real registry, Debian's docker-registry, on loopback. */
public final class TestRegistry implements AutoCloseable {
  /** Whom one with passwords knows. */
  public static final String USER = "node";

  public static final String PASSWORD = "of the test's registry";

  private static final int BCRYPT_COST = 4;
  private static final int SALT_BYTES = 16;

  private final Process process;
  private final String scheme;
  private final int port;

  public TestRegistry(Path folder) throws Exception {
    this(folder, "http", "", "");
  }

  private TestRegistry(Path folder, String scheme, String tls, String auth) throws Exception {
    Files.createDirectories(folder);
    this.scheme = scheme;
    port = freePort();
    var config = folder.resolve(scheme + ".yml");
    Files.writeString(
        config,
        """
        version: 0.1
        log: {level: error}
        storage: {filesystem: {rootdirectory: %s}}
        http: {addr: 127.0.0.1:%d%s}
        %s
        """
            .formatted(folder.resolve("data"), port, tls, auth));
    process =
        new ProcessBuilder("docker-registry", "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(scheme + ".log").toFile())
            .start();
    Await.until(this::answers);
  }

  /**
   * With TLS; its certificate is its own authority, {@code tls.crt}. In the folder of a plain one
   * it has the same images.
   *
   * @param address by which it is reached
   * @param isOpen whether it asks for no password
   */
  public static TestRegistry secure(Path folder, String address, boolean isOpen) throws Exception {
    Files.createDirectories(folder);
    var key = folder.resolve("tls.key");
    var certificate = folder.resolve("tls.crt");
    TestDocker.command(
        List.of(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=test registry",
            "-addext",
            "subjectAltName=IP:" + address,
            "-keyout",
            key.toString(),
            "-out",
            certificate.toString()));
    var tls = ", tls: {certificate: %s, key: %s}".formatted(certificate, key);
    return new TestRegistry(folder, "https", tls, isOpen ? "" : passwords(folder));
  }

  private static String passwords(Path folder) throws IOException {
    var salt = new byte[SALT_BYTES];
    ThreadLocalRandom.current().nextBytes(salt);
    var password = PASSWORD.getBytes(StandardCharsets.UTF_8);
    var hash = OpenBSDBCrypt.generate("2y", password, salt, BCRYPT_COST);
    var users = Files.writeString(folder.resolve("users"), USER + ":" + hash + "\n");
    return "auth: {htpasswd: {realm: test, path: %s}}".formatted(users);
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

  public URI url() {
    return URI.create(scheme + "://127.0.0.1:" + port);
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
