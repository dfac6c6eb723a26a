package dev.larder.system;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** The quickstart's origin server, over files that a test makes. */
final class Origin implements AutoCloseable {
  /** The name under which a container reaches this machine. */
  static final String HOST = "host.docker.internal";

  private final Service service;
  private final Path files;
  private final int port;
  private final HttpClient http = HttpClient.newHttpClient();

  /** What the origin was asked for a file and sent of it. */
  record Count(long requests, long bytes) {}

  private Origin(Service service, Path files, int port) {
    this.service = service;
    this.files = files;
    this.port = port;
  }

  static Origin start(Path folder) throws IOException {
    int port = Ports.free();
    var files = Files.createDirectories(folder.resolve("origin"));
    var service =
        Service.start(
            folder.resolve("origin.log"),
            List.of(
                Service.java(),
                Command.repository("scripts/quickstart/Origin.java").toString(),
                Integer.toString(port),
                "0.0.0.0",
                files.toString()));
    var origin = new Origin(service, files, port);
    Await.until("the origin answers", Duration.ofSeconds(30), () -> origin.count("x") != null);
    return origin;
  }

  /** As {@code cacheHostOrigin} and the configuration name it. */
  String host() {
    return HOST + ":" + port;
  }

  /** Makes a file of bytes that only its seed tells. */
  byte[] make(String name, int bytes, long seed) throws IOException {
    var content = new byte[bytes];
    new Random(seed).nextBytes(content);
    Files.write(files.resolve(name), content);
    return content;
  }

  Count count(String name) throws IOException, InterruptedException {
    var counts =
        http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/counts"))
                .timeout(Duration.ofSeconds(5))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    return counts
        .body()
        .lines()
        .map(line -> line.split(" ", 3))
        .filter(fields -> fields[2].equals("/" + name))
        .map(fields -> new Count(Long.parseLong(fields[0]), Long.parseLong(fields[1])))
        .findFirst()
        .orElse(new Count(0, 0));
  }

  @Override
  public void close() {
    service.close();
  }
}
