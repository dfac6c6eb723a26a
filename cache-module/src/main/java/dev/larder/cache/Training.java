package dev.larder.cache;

import dev.larder.cache.tls.TlsEngine;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.identity.ModuleIdentity;
import dev.larder.common.json.Json;
import dev.larder.common.schedule.UpdateSchedule;
import dev.larder.common.schedule.Version;
import dev.larder.common.settings.CacheDesired;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/**
 * Starts the module in a temporary folder, serves itself a few requests and ends, so that the JDK
 * can be trained at image build time with the classes and paths that a node uses.
 */
final class Training {
  private static final int BODY_BYTES = 3 << 20;
  private static final int ROUNDS = 3;
  private static final long DRIVE_BYTES = 64 << 20;

  private Training() {}

  static void run() throws Exception {
    var folder = Files.createTempDirectory("larder-train");
    var vertx = Vertx.vertx();
    try {
      SSLContext.getDefault().createSSLEngine();
      TlsEngine.options();
      var origin =
          vertx
              .createHttpServer()
              .requestHandler(
                  request -> request.response().end(Buffer.buffer(new byte[BODY_BYTES])))
              .listen(0, "127.0.0.1")
              .await();
      prepare(folder, origin.actualPort());
      serve(folder, origin.actualPort());
    } finally {
      vertx.close().await();
      delete(folder);
    }
  }

  private static void prepare(Path folder, int originPort) throws IOException {
    var id = new UUID(0, 1);
    var identity =
        new ModuleIdentity(
            new CustomerId(id),
            new CacheNodeId(id),
            ModuleId.CACHE,
            "1",
            "127.0.0.1",
            1,
            Optional.empty());
    Files.write(folder.resolve(ModuleIdentity.FILE), Json.writeBytes(identity));
    Files.writeString(folder.resolve(ModuleIdentity.KEY), "none");
    Files.createDirectories(folder.resolve("drive"));
    var desired =
        new CacheDesired(
            List.of(
                new CacheDesired.Drive(folder.resolve("drive").toString(), "drive", DRIVE_BYTES)),
            List.of(new CacheDesired.Origin("127.0.0.1:" + originPort, "http", "Training", true)),
            Optional.empty(),
            Duration.ofSeconds(1),
            new CacheDesired.Updates(UpdateSchedule.DEFAULT, new Version(1, 0, 0), List.of()));
    Files.write(
        folder.resolve("desired.json"), Json.writeBytes(desired.write().put("$version", 1)));
  }

  private static void serve(Path folder, int originPort)
      throws IOException, InterruptedException, TimeoutException {
    var options =
        new Options(folder, folder, folder.resolve("tls"), 0, 0, Options.LOOPBACK, 0, 0, 1);
    try (var service = CacheService.start(options);
        var client = HttpClient.newHttpClient()) {
      var content =
          "http://127.0.0.1:" + service.port() + "/a?cacheHostOrigin=127.0.0.1:" + originPort;
      for (int i = 0; i < ROUNDS; i++) {
        client.send(HttpRequest.newBuilder(URI.create(content)).build(), BodyHandlers.discarding());
        var range =
            HttpRequest.newBuilder(URI.create(content)).header("Range", "bytes=5-99").build();
        client.send(range, BodyHandlers.discarding());
        for (var page :
            List.of(
                service.healthPort() + "/health",
                service.summaryPort() + "/summary",
                service.summaryPort() + "/details",
                service.summaryPort() + "/metrics")) {
          var look = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + page)).build();
          client.send(look, BodyHandlers.discarding());
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
