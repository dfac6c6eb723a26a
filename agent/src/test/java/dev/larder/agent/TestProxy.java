package dev.larder.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Squid on loopback, which asks everybody for one name and one password. */
public final class TestProxy implements AutoCloseable {
  /** Only the proxy knows where this host is: the test's machine itself. */
  public static final String CLOUD = "cloud.invalid";

  /** To no host does it let anybody connect there. */
  public static final int CLOSED_PORT = 1;

  private static final int LIMIT_SECONDS = 20;

  private final Path folder = Files.createTempDirectory("larder-proxy-");
  private final int port = freePort();
  private final String user;
  private Optional<Process> squid = Optional.empty();

  public TestProxy(String user, String password) throws Exception {
    this.user = user;
    // Started by root, squid becomes a user of its own.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost " + CLOUD + "\n");
    Files.writeString(folder.resolve("squid.conf"), configuration());
    start(password);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private String configuration() {
    return """
    http_port 127.0.0.1:%d
    hosts_file %2$s/hosts
    auth_param basic program /usr/lib/squid/basic_ncsa_auth %2$s/users
    auth_param basic utf8 on
    auth_param basic children 1 startup=1 idle=1
    acl closed port %3$d
    acl known proxy_auth REQUIRED
    http_access deny closed
    http_access allow known
    http_access deny all
    cache deny all
    cache_mem 0 MB
    access_log stdio:%2$s/access.log
    cache_log %2$s/cache.log
    pid_filename none
    coredump_dir %2$s
    max_filedescriptors 1024
    shutdown_lifetime 0 seconds
    pinger_enable off
    """
        .formatted(port, folder, CLOSED_PORT);
  }

  /** Ends all connections, and asks for another password from now on. */
  public void change(String password) throws Exception {
    stop();
    start(password);
  }

  private void start(String password) throws Exception {
    Files.writeString(folder.resolve("users"), user + ":" + hash(password) + "\n");
    var process =
        new ProcessBuilder("/usr/sbin/squid", "-N", "-f", folder.resolve("squid.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("squid.out").toFile())
            .start();
    squid = Optional.of(process);
    Await.until(() -> {
      if (!process.isAlive()) {
        throw new AssertionError(Files.readString(folder.resolve("squid.out")));
      }
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return socket.isConnected();
      } catch (IOException _) {
        return false;
      }
    });
  }

  private static String hash(String password) throws IOException {
    var openssl = new ProcessBuilder("openssl", "passwd", "-apr1", "-stdin").start();
    try (var in = openssl.getOutputStream()) {
      in.write(password.getBytes(StandardCharsets.UTF_8));
    }
    return new String(openssl.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
  }

  /** Without a user. */
  public URI url() {
    return URI.create("http://" + where());
  }

  /** With the user, as {@code proxyurl} has it. */
  public String urlOfUser() {
    var encoded = URLEncoder.encode(user, StandardCharsets.UTF_8).replace("+", "%20");
    return "http://" + encoded + "@" + where();
  }

  /** {@code host:port}. */
  public String where() {
    return "127.0.0.1:" + port;
  }

  /** A line for each CONNECT that has come to its end, with its status. */
  public List<String> tunnels() throws IOException {
    var log = folder.resolve("access.log");
    return Files.exists(log)
        ? Files.readAllLines(log).stream().filter(line -> line.contains(" CONNECT ")).toList()
        : List.of();
  }

  /** Ends, and all connections with it. */
  public void stop() throws InterruptedException {
    if (squid.isPresent()) {
      var process = squid.get().destroyForcibly();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("Squid does not end");
      }
      squid = Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      stop();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    if (Files.exists(folder)) {
      TestFolder.delete(folder);
    }
  }
}
