package dev.larder.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Proof of the cache's administration from afar, through cloud, hub and module, and of HTTPS on a
 * node: with the administrator's command line, the client's curl and the operator's docker.
 */
class CacheST {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int SIZE = 12 << 20;

  @Test
  void contentIsFetchedAheadPinnedAndPurgedFromTheCommandLine() throws Exception {
    try (var bed = Bed.deployed()) {
      bed.awaitHealthy();
      var origin = bed.origin();
      var file = origin.make("tonight.bin", SIZE, 7);
      var url = "http://" + origin.host() + "/tonight.bin";
      var cli = Cli.signIn(bed);

      cli.ofNode("cache", "prefetch", "--url", url);
      Await.until(
          "the prefetch is done",
          LIMIT,
          () ->
              cli.ofNode("cache", "prefetch-status", "--output", "json").contains("\"done\"")
                  && origin.count("tonight.bin").bytes() == SIZE);
      assertThat(fetched(bed, file)).isEqualTo("hit");
      assertThat(origin.count("tonight.bin").bytes()).isEqualTo(SIZE);

      cli.ofNode("cache", "pin", "--url", url);
      assertThat(cli.ofNode("cache", "pins")).contains("tonight.bin");
      assertThat(cli.ofNode("cache", "status", "--output", "json")).contains("\"hitBytes\"");

      cli.ofNode("cache", "purge", "--url", url);
      assertThat(fetched(bed, file)).isEqualTo("miss");
      assertThat(origin.count("tonight.bin").bytes()).isEqualTo(2L * SIZE);
    }
  }

  @Test
  void aCertificateThatIsInstalledIsServedOnTheNodesHttpsPort() throws Exception {
    try (var bed = Bed.deployed()) {
      bed.awaitHealthy();
      var file = bed.origin().make("secret.bin", SIZE, 8);
      assertThat(fetched(bed, file, "secret.bin")).isEqualTo("miss");

      var folder = Files.createTempDirectory("larder-tls-");
      install(bed, folder);
      int port = Ports.free();
      var enabled = Json.object().put("tls", true).put("httpsPort", port);
      bed.api().patch(bed.node().path("/configuration"), enabled).is(200);
      var got = folder.resolve("got");
      var url =
          "https://localhost:%d/secret.bin?cacheHostOrigin=%s".formatted(port, bed.origin().host());
      Await.until(
          "the node serves HTTPS",
          LIMIT,
          () -> curl(url, folder.resolve("server.crt"), got).exitCode() == 0);
      assertThat(Arrays.equals(Files.readAllBytes(got), file)).isTrue();
      assertThat(curl(url, folder.resolve("server.crt"), got).output())
          .startsWith("HTTP/2 200")
          .containsIgnoringCase("x-cache: hit");
      assertThat(summary(bed)).contains("\"state\":\"on\"", "\"engine\":\"BoringSSL\"");
    }
  }

  /** As docs/operating.md says. */
  private static void install(Bed bed, Path folder) throws IOException {
    var tls = Files.createDirectories(folder.resolve("tls"));
    run(
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
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
        "-keyout",
        tls.resolve("server.key").toString(),
        "-out",
        tls.resolve("server.crt").toString());
    Files.copy(tls.resolve("server.crt"), folder.resolve("server.crt"));
    run(
        "bash",
        "-o",
        "pipefail",
        "-c",
        "tar -C %s --owner=10000 --group=10000 -c tls | docker cp - %s:/data"
            .formatted(folder, bed.node().container("cache")));
  }

  private static Command curl(String url, Path authority, Path to) throws IOException {
    return Command.run(
        Command.repository("."),
        LIMIT,
        List.of(
            "curl",
            "--silent",
            "--show-error",
            "--http2",
            "--cacert",
            authority.toString(),
            "--dump-header",
            "-",
            "--output",
            to.toString(),
            url));
  }

  private static String summary(Bed bed) throws IOException, InterruptedException {
    var port = bed.api().get(bed.node().path("/configuration")).is(200).body().path("summaryPort");
    return run("curl", "--silent", "http://127.0.0.1:" + port.asInt() + "/summary");
  }

  private static String run(String... words) throws IOException {
    return Command.run(Command.repository("."), LIMIT, List.of(words)).succeeded().output();
  }

  private static String fetched(Bed bed, byte[] file) throws IOException, InterruptedException {
    return fetched(bed, file, "tonight.bin");
  }

  /** Fetches as a client does; what the cache calls the answer, whose bytes must be right. */
  private static String fetched(Bed bed, byte[] file, String name)
      throws IOException, InterruptedException {
    var answer = bed.node().client().get(name, bed.origin());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(Arrays.equals(answer.body(), file)).isTrue();
    return answer.headers().firstValue("X-Cache").orElse("");
  }
}
