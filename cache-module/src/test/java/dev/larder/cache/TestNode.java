package dev.larder.cache;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.identity.ModuleIdentity;
import dev.larder.common.json.Json;
import dev.larder.common.schedule.UpdateSchedule;
import dev.larder.common.schedule.Version;
import dev.larder.common.settings.CacheDesired;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/** The cache module as a node has it, in a temporary folder, and a client of it. */
final class TestNode implements AutoCloseable {
  static final UUID ID = new UUID(1, 2);

  private final Path folder;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private CacheService service;

  private TestNode(Path folder, CacheService service) {
    this.folder = folder;
    this.service = service;
  }

  /** Starts with drives of this size, made in the folder. */
  static TestNode start(Path folder, TestOrigin origin, long driveBytes, int drives)
      throws IOException, TimeoutException {
    return start(folder, desired(folder, List.of(origin), driveBytes, drives), drives);
  }

  static TestNode start(Path folder, CacheDesired desired, int drives)
      throws IOException, TimeoutException {
    for (int i = 0; i < drives; i++) {
      Files.createDirectories(folder.resolve("drive" + i));
    }
    return start(folder, desired);
  }

  /** Starts with these settings in a folder that has what they name. */
  static TestNode start(Path folder, CacheDesired desired) throws IOException, TimeoutException {
    identity(folder, "127.0.0.1", 1);
    Files.write(
        folder.resolve("desired.json"), Json.writeBytes(desired.write().put("$version", 1)));
    return new TestNode(folder, CacheService.start(options(folder)));
  }

  static CacheDesired desired(Path folder, List<TestOrigin> origins, long driveBytes, int drives) {
    return new CacheDesired(
        IntStream.range(0, drives)
            .mapToObj(i ->
                new CacheDesired.Drive(
                    folder.resolve("drive" + i).toString(), "/srv/" + i, driveBytes))
            .toList(),
        origins.stream()
            .map(origin -> new CacheDesired.Origin(origin.host(), "http", "Test", true))
            .toList(),
        Optional.empty(),
        Duration.ofSeconds(1),
        new CacheDesired.Updates(UpdateSchedule.DEFAULT, new Version(1, 0, 0), List.of()));
  }

  /** One drive, and these ways upstream. */
  static CacheDesired upstream(
      Path folder,
      List<CacheDesired.Origin> origins,
      Optional<CacheDesired.Proxy> proxy,
      Optional<CacheDesired.Parent> parent)
      throws IOException {
    var drive = Files.createDirectories(folder.resolve("drive"));
    return new CacheDesired(
        List.of(new CacheDesired.Drive(drive.toString(), "/srv/0", 256L << 20)),
        origins,
        List.of(),
        proxy,
        Duration.ofSeconds(1),
        new CacheDesired.Updates(UpdateSchedule.DEFAULT, new Version(1, 0, 0), List.of()),
        parent,
        Optional.empty());
  }

  static void identity(Path folder, String hubHost, int hubPort) throws IOException {
    var identity =
        new ModuleIdentity(
            new CustomerId(ID),
            new CacheNodeId(ID),
            ModuleId.CACHE,
            "1",
            hubHost,
            hubPort,
            Optional.empty());
    Files.write(folder.resolve(ModuleIdentity.FILE), Json.writeBytes(identity));
    Files.writeString(folder.resolve(ModuleIdentity.KEY), "a2V5\n");
  }

  static Options options(Path folder) {
    return new Options(folder, folder, folder.resolve("tls"), 0, 0, Options.LOOPBACK, 0, 0, 2);
  }

  CacheService service() {
    return service;
  }

  void restart() throws IOException, TimeoutException {
    service.close();
    service = CacheService.start(options(folder));
  }

  HttpRequest.Builder request(TestOrigin origin, String path) {
    return request(origin.host(), path);
  }

  HttpRequest.Builder request(String origin, String path) {
    var address = "http://127.0.0.1:" + service.port() + path + "?cacheHostOrigin=" + origin;
    return HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(30));
  }

  HttpResponse<byte[]> get(TestOrigin origin, String path) {
    return send(request(origin, path).build());
  }

  HttpResponse<byte[]> get(String origin, String path) {
    return send(request(origin, path).build());
  }

  HttpResponse<byte[]> get(TestOrigin origin, String path, String range) {
    return send(request(origin, path).header("Range", range).build());
  }

  HttpResponse<byte[]> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The body as it comes. */
  HttpResponse<java.io.InputStream> stream(HttpRequest request)
      throws IOException, InterruptedException {
    return client.send(request, BodyHandlers.ofInputStream());
  }

  static String xCache(HttpResponse<?> response) {
    return response.headers().firstValue("X-Cache").orElse("");
  }

  @Override
  public void close() {
    client.close();
    service.close();
  }
}
