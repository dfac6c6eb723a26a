package dev.larder.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Administration over HTTP, against a real origin. */
@Timeout(60)
class AdminIT {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;
  private TestOrigin origin;
  private TestNode node;

  @BeforeEach
  void start() throws Exception {
    origin = new TestOrigin();
    node = TestNode.start(folder, origin, 64L * MIB, 1);
  }

  @AfterEach
  void stop() {
    node.close();
    origin.close();
  }

  private String token() throws IOException {
    return Files.readString(folder.resolve("admin-token")).strip();
  }

  private HttpRequest.Builder request(String path) {
    var uri = URI.create("http://127.0.0.1:" + node.service().summaryPort() + "/admin/v1/" + path);
    return HttpRequest.newBuilder(uri);
  }

  private JsonNode body(HttpResponse<byte[]> response, int status) throws IOException {
    var body = Json.mapper().readTree(response.body());
    assertThat(response.statusCode()).as(body.toString()).isEqualTo(status);
    return body;
  }

  private JsonNode post(String path, String json, int status) throws IOException {
    return body(
        node.send(
            request(path)
                .header("Authorization", "Bearer " + token())
                .POST(BodyPublishers.ofString(json))
                .build()),
        status);
  }

  private JsonNode get(String path) throws IOException {
    return body(node.send(request(path).header("Authorization", "Bearer " + token()).build()), 200);
  }

  private String url(String path) {
    return "http://" + origin.host() + path;
  }

  private JsonNode await(String id, String state) throws IOException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (true) {
      var job = get("prefetch/" + id);
      if (job.path("state").asText().equals(state)) {
        return job;
      }
      assertThat(System.nanoTime()).as(job.toString()).isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  @Test
  void nothingIsDoneWithoutTheToken() throws Exception {
    var file = folder.resolve("admin-token");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    for (var authorization : new String[] {"", "Bearer ", "Bearer x" + token(), "Basic eDp5"}) {
      var asked = request("status").header("Authorization", authorization).build();
      assertThat(node.send(asked).statusCode()).isEqualTo(401);
    }
    var before = token();
    node.restart();
    assertThat(token()).isEqualTo(before);
    assertThat(get("status").path("cacheNodeId").asText()).isEqualTo(TestNode.ID.toString());
  }

  @Test
  void prefetchedContentIsThereBeforeItsClients() throws Exception {
    var content = origin.put("/big", 9 * MIB + 5, 1);
    origin.put("/parts", 8 * MIB, 2);
    var job =
        post(
            "prefetch",
            "{\"urls\":[\""
                + url("/big")
                + "\",{\"url\":\""
                + url("/parts")
                + "\",\"ranges\":[\"0-10\",\"7340032-\"]},\""
                + url("/none")
                + "\"]}",
            202);
    var done = await(job.path("id").asText(), "done");

    assertThat(done.path("objects").toString()).isEqualTo("{\"done\":2,\"failed\":1,\"total\":3}");
    assertThat(done.path("bytes").path("done").asLong()).isEqualTo(9 * MIB + 5 + 11 + MIB);
    assertThat(done.path("bytes").path("total").asLong()).isEqualTo(9 * MIB + 5 + 11 + MIB);
    assertThat(done.path("failures").path(0).path("reason").asText()).contains("404");
    long fetched = origin.bytes();
    var answer = node.get(origin, "/big");
    assertThat(answer.body()).isEqualTo(content);
    assertThat(TestNode.xCache(answer)).isEqualTo("hit");
    assertThat(node.get(origin, "/parts", "bytes=7340032-").statusCode()).isEqualTo(206);
    assertThat(origin.bytes()).isEqualTo(fetched);
  }

  @Test
  void aClientAndAJobFetchOnce() throws Exception {
    var content = origin.put("/big", 8 * MIB, 1);
    origin.gate = new Semaphore(0);
    var job = post("prefetch", "{\"urls\":[\"" + url("/big") + "\"]}", 202);
    var reading = new Thread(() -> assertThat(node.get(origin, "/big").body()).isEqualTo(content));
    reading.start();
    origin.gate.release(1_000);
    await(job.path("id").asText(), "done");
    reading.join();
    assertThat(origin.bytes()).isEqualTo(8 * MIB);
  }

  @Test
  void aRateIsHeldAndARestartGoesOnAndACancelEndsIt() throws Exception {
    origin.put("/a", 4 * MIB, 1);
    origin.put("/b", 40 * MIB, 2);
    var job =
        post(
            "prefetch",
            "{\"bytesPerSecond\":4194304,\"urls\":[\"" + url("/a") + "\",\"" + url("/b") + "\"]}",
            202);
    var id = job.path("id").asText();
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (get("prefetch/" + id).path("objects").path("done").asInt() < 1) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
    node.restart();
    assertThat(get("prefetch/" + id).path("state").asText()).isEqualTo("running");
    assertThat(get("prefetch/" + id).path("objects").path("done").asInt()).isEqualTo(1);
    assertThat(origin.bytes()).isLessThan(40L * MIB);
    var cancelled =
        body(
            node.send(
                request("prefetch/" + id)
                    .header("Authorization", "Bearer " + token())
                    .DELETE()
                    .build()),
            200);
    assertThat(cancelled.path("state").asText()).isEqualTo("cancelled");
    assertThat(get("prefetch").path("jobs")).hasSize(1);
  }

  @Test
  void aJobWaitsForItsWindow() throws Exception {
    origin.put("/a", MIB, 1);
    var now = Instant.now().atOffset(ZoneOffset.UTC).toLocalTime().truncatedTo(ChronoUnit.MINUTES);
    var job = post("prefetch", windowed(now.plusHours(2), now.plusHours(3)), 202);
    var waits = await(job.path("id").asText(), "waiting");
    assertThat(waits.path("current").asText()).isEqualTo(url("/a"));
    assertThat(origin.bytes()).isZero();
    var open = post("prefetch", windowed(now.minusHours(1), now.plusHours(1)), 202);
    await(open.path("id").asText(), "done");
  }

  private String windowed(LocalTime start, LocalTime end) {
    return "{\"urls\":[\""
        + url("/a")
        + "\"],\"window\":{\"start\":\""
        + start
        + "\",\"end\":\""
        + end
        + "\"}}";
  }

  @Test
  void purgedContentIsFetchedAnew() throws Exception {
    for (var path : new String[] {"/x/1", "/x/2", "/y"}) {
      origin.put(path, 1_000, path.hashCode());
      assertThat(node.get(origin, path).statusCode()).isEqualTo(200);
      assertThat(TestNode.xCache(node.get(origin, path))).isEqualTo("hit");
    }
    post("purge", "{\"url\":\"" + url("/y") + "\"}", 200);
    assertThat(TestNode.xCache(node.get(origin, "/y"))).isEqualTo("miss");
    assertThat(TestNode.xCache(node.get(origin, "/x/1"))).isEqualTo("hit");
    post("purge", "{\"prefix\":\"" + url("/x/") + "\"}", 200);
    assertThat(TestNode.xCache(node.get(origin, "/x/1"))).isEqualTo("miss");
    assertThat(TestNode.xCache(node.get(origin, "/x/2"))).isEqualTo("miss");
    assertThat(TestNode.xCache(node.get(origin, "/y"))).isEqualTo("hit");
    post("purge", "{\"group\":\"" + origin.host() + "\"}", 200);
    node.restart();
    assertThat(TestNode.xCache(node.get(origin, "/y"))).isEqualTo("miss");
    post("purge", "{\"all\":true}", 200);
    assertThat(TestNode.xCache(node.get(origin, "/y"))).isEqualTo("miss");
    assertThat(post("purge", "{}", 400).path("problems").path(0).path("mend").asText())
        .contains("prefix");
  }

  @Test
  void pinnedContentIsListedUntilItIsUnpinned() throws Exception {
    origin.put("/a", 1_000, 1);
    var object = "{\"url\":\"" + url("/a") + "\"}";
    assertThat(post("pin", object, 404).path("detail").asText()).contains("Prefetch");
    node.get(origin, "/a");
    assertThat(post("pin", object, 200).path("key").asText()).isEqualTo(origin.host() + "/a");
    node.restart();
    assertThat(get("pins").path("pins").path(0).asText()).isEqualTo(origin.host() + "/a");
    post("unpin", "{\"key\":\"" + origin.host() + "/a\"}", 200);
    assertThat(get("pins").path("pins")).isEmpty();
  }

  @Test
  void errorsNameTheFieldAndTheMend() throws Exception {
    var problems =
        post("prefetch", "{\"urls\":[\"http://elsewhere.example/a\"],\"bytesPerSecond\":4096}", 400)
            .path("problems");
    assertThat(problems.path(0).path("path").asText()).isEqualTo("urls[0]");
    assertThat(problems.path(0).path("mend").asText()).contains("origins");
    assertThat(post("prefetch", "{\"url\":3}", 400).path("problems")).hasSize(2);
    assertThat(post("prefetch", "{", 400).path("detail").asText()).contains("not JSON");
    assertThat(post("mend", "{}", 404).path("detail").asText()).contains("prefetch");
    assertThat(post("cancelPrefetch", "{}", 400).path("problems").path(0).path("path").asText())
        .isEqualTo("id");
  }
}
