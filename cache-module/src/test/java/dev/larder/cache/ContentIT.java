package dev.larder.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real clients, a real origin and real files. */
@Timeout(120)
class ContentIT {
  private static final int MIB = 1 << 20;
  private static final long DRIVE = 256L * MIB;

  @TempDir Path folder;
  private TestOrigin origin;
  private TestNode node;

  @BeforeEach
  void start() throws IOException, TimeoutException {
    origin = new TestOrigin();
    node = TestNode.start(folder, origin, DRIVE, 2);
  }

  @AfterEach
  void stop() {
    node.close();
    origin.close();
  }

  private static byte[] part(byte[] content, int start, int end) {
    return Arrays.copyOfRange(content, start, end);
  }

  @Test
  void theSecondRequestIsAHit() {
    var content = origin.put("/a", 5 * MIB + 123, 1);
    var first = node.get(origin, "/a");
    var second = node.get(origin, "/a");

    assertThat(first.body()).isEqualTo(content);
    assertThat(second.body()).isEqualTo(content);
    assertThat(TestNode.xCache(first)).isEqualTo("miss");
    assertThat(TestNode.xCache(second)).isEqualTo("hit");
    assertThat(origin.bytes()).isEqualTo(content.length);
    assertThat(second.headers().map())
        .containsEntry("content-length", List.of(Integer.toString(content.length)))
        .containsEntry("etag", List.of("\"/a1\""))
        .containsEntry("content-type", List.of("application/x-test"))
        .containsEntry("accept-ranges", List.of("bytes"))
        .containsEntry("x-cid", List.of(TestNode.ID.toString()))
        .containsKey("via");
  }

  @Test
  void twentyClientsAtOnceGetTheSameBytesAndTheOriginSendsEachOnce() throws Exception {
    var content = origin.put("/big", 64 * MIB, 2);
    long seed = 42;
    var random = new Random(seed);
    var clients = new ArrayList<Callable<Boolean>>();
    clients.add(() -> Arrays.equals(node.get(origin, "/big").body(), content));
    for (int i = 1; i < 20; i++) {
      int start = random.nextInt(content.length);
      int end = i % 3 == 0 ? content.length : start + random.nextInt(content.length - start) + 1;
      var range = "bytes=" + start + "-" + (end - 1);
      clients.add(
          () -> Arrays.equals(node.get(origin, "/big", range).body(), part(content, start, end)));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var right : threads.invokeAll(clients)) {
        assertThat(right.get()).as("seed %s", seed).isTrue();
      }
    }
    assertThat(origin.bytes()).isEqualTo(content.length);
  }

  @Test
  void aRangeDeepInAFileFetchesItsSliceAlone() {
    var content = origin.put("/deep", 40 * MIB, 3);
    var response = node.get(origin, "/deep", "bytes=30000000-30000099");

    assertThat(response.statusCode()).isEqualTo(206);
    assertThat(response.body()).isEqualTo(part(content, 30_000_000, 30_000_100));
    awaitHit("/deep", "bytes=29999999-30000000");
    assertThat(origin.bytes()).isEqualTo(MIB);
    assertThat(TestNode.xCache(node.get(origin, "/deep", "bytes=29000000-32000000")))
        .isEqualTo("partial");
  }

  /** A client has its bytes before the slice that they are of is whole. */
  private void awaitHit(String path, String range) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!TestNode.xCache(node.get(origin, path, range)).equals("hit")) {
      assertThat(System.nanoTime()).isLessThan(deadline);
    }
  }

  @Test
  void bytesAreStreamedAsTheyArrive() throws Exception {
    var content = origin.put("/slow", MIB, 4);
    origin.gate = new Semaphore(0);
    var one = node.stream(node.request(origin, "/slow").build());
    var other = node.stream(node.request(origin, "/slow").build());
    // The origin has sent its first piece and waits: both clients have it already.
    assertThat(one.body().readNBytes(1_000)).isEqualTo(part(content, 0, 1_000));
    assertThat(other.body().readNBytes(1_000)).isEqualTo(part(content, 0, 1_000));
    one.body().close();
    origin.gate.release(100);

    assertThat(other.body().readAllBytes()).isEqualTo(part(content, 1_000, content.length));
    assertThat(origin.bytes()).as("the first client's leaving stopped nothing").isEqualTo(MIB);
  }

  @Test
  void aCutAnswerIsResumedWhereItBroke() {
    var content = origin.put("/cut", 3 * MIB, 5);
    origin.cuts.set(2);

    assertThat(node.get(origin, "/cut").body()).isEqualTo(content);
    assertThat(List.copyOf(origin.starts))
        .hasSize(3)
        .startsWith(0)
        .doesNotHaveDuplicates()
        .isSorted();
  }

  @Test
  void anOriginThatFailsIsAskedAgain() {
    var content = origin.put("/flaky", MIB, 6);
    origin.failures.set(2);

    assertThat(node.get(origin, "/flaky").body()).isEqualTo(content);
  }

  @Test
  void anOriginThatKeepsFailingIsABadGatewayAndNotKept() {
    var content = origin.put("/down", MIB, 7);
    origin.failures.set(3);

    assertThat(node.get(origin, "/down").statusCode()).isEqualTo(502);
    assertThat(node.get(origin, "/down").body()).isEqualTo(content);
  }

  @Test
  void anOriginThatIgnoresRangesIsAskedOnce() {
    origin.ignoresRange = true;
    var content = origin.put("/whole", 9 * MIB, 8);
    var deep = node.get(origin, "/whole", "bytes=8000000-8000009");

    assertThat(deep.statusCode()).isEqualTo(206);
    assertThat(deep.body()).isEqualTo(part(content, 8_000_000, 8_000_010));
    assertThat(node.get(origin, "/whole").body()).isEqualTo(content);
    assertThat(origin.bytes()).isEqualTo(content.length);
  }

  @Test
  void aSmallAnswerWithoutALengthGetsOne() {
    origin.ignoresRange = true;
    origin.sendsNoLength = true;
    var content = origin.put("/chunked", 300_000, 9);
    var response = node.get(origin, "/chunked");

    assertThat(response.body()).isEqualTo(content);
    assertThat(response.headers().firstValue("content-length")).contains("300000");
  }

  @Test
  void anObjectThatChangesIsNeverMixed() {
    origin.put("/changing", 20 * MIB, 10);
    node.get(origin, "/changing", "bytes=0-99");
    var changed = origin.put("/changing", 20 * MIB, 11);

    // The first slice is of the old one, so that whoever begins with it is cut.
    assertThatThrownBy(() -> node.get(origin, "/changing"))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(node.get(origin, "/changing").body()).isEqualTo(changed);
    assertThat(node.get(origin, "/changing", "bytes=5-6").body()).isEqualTo(part(changed, 5, 7));
  }

  @Test
  void whatMayNotBeKeptIsServedFromTheOriginEachTime() {
    origin.cacheControl = "private, no-store";
    var content = origin.put("/private", MIB, 12);
    node.get(origin, "/private");
    var second = node.get(origin, "/private");

    assertThat(second.body()).isEqualTo(content);
    assertThat(TestNode.xCache(second)).isEqualTo("bypass; no-store");
  }

  @Test
  void eachBadRequestGetsItsOwnAnswer() {
    origin.put("/a", 1_000, 13);
    var refused =
        node.send(
            java.net.http.HttpRequest.newBuilder(
                    java.net.URI.create(
                        "http://127.0.0.1:"
                            + node.service().port()
                            + "/a?cacheHostOrigin=not.listed.example"))
                .build());

    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(new String(refused.body(), java.nio.charset.StandardCharsets.UTF_8))
        .contains("not.listed.example", "administrator");
    assertThat(node.get(origin, "/x/%2e%2e/a").statusCode()).isEqualTo(400);
    assertThat(node.get(origin, "/none").statusCode()).isEqualTo(404);
    var impossible = node.get(origin, "/a", "bytes=1000-");
    assertThat(impossible.statusCode()).isEqualTo(416);
    assertThat(impossible.headers().firstValue("content-range")).contains("bytes */1000");
    var posted = node.send(node.request(origin, "/a").POST(BodyPublishers.noBody()).build());
    assertThat(posted.statusCode()).isEqualTo(405);
    assertThat(posted.headers().firstValue("allow")).contains("GET, HEAD");
  }

  @Test
  void headTellsTheLengthAndFetchesNoBody() {
    origin.put("/h", 3 * MIB, 14);
    HttpResponse<byte[]> head = node.send(node.request(origin, "/h").HEAD().build());

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValue("content-length")).contains(Integer.toString(3 * MIB));
    assertThat(origin.bytes()).isZero();
  }

  @Test
  void theSuffixOfAnUnknownObjectFetchesTheLastSliceAlone() {
    var content = origin.put("/s", 7 * MIB, 15);

    assertThat(node.get(origin, "/s", "bytes=-10").body())
        .isEqualTo(part(content, content.length - 10, content.length));
    assertThat(origin.bytes()).isEqualTo(MIB);
  }

  @Test
  void contentSurvivesARestart() throws Exception {
    var content = origin.put("/kept", 10 * MIB + 5, 16);
    node.get(origin, "/kept");
    node.restart();
    long before = origin.bytes();

    var first = node.get(origin, "/kept");
    assertThat(first.body()).isEqualTo(content);
    assertThat(TestNode.xCache(first)).isEqualTo("hit");
    assertThat(node.get(origin, "/kept").body()).isEqualTo(content);
    assertThat(origin.bytes()).isEqualTo(before);
  }

  @Test
  void aSliceThatTurnedBadOnDiskIsFetchedAgainAfterARestart() throws Exception {
    var content = origin.put("/rot", 4 * MIB, 17);
    node.get(origin, "/rot");
    long before = origin.bytes();
    try (var files = Files.walk(folder)) {
      var data = files.filter(f -> f.toString().endsWith(".data")).findFirst().orElseThrow();
      try (var file = new java.io.RandomAccessFile(data.toFile(), "rw")) {
        file.seek(2 * MIB + 77);
        file.write(~content[2 * MIB + 77]);
      }
    }
    node.restart();

    assertThat(node.get(origin, "/rot").body()).isEqualTo(content);
    assertThat(origin.bytes()).isEqualTo(before + MIB);
  }

  @Test
  void whatWasNotUsedAgainGoesWhenADriveIsFull() throws Exception {
    node.close();
    node = TestNode.start(folder, origin, 8L * MIB, 1);
    for (int i = 0; i < 4; i++) {
      origin.put("/e" + i, 3 * MIB, 20 + i);
    }
    node.get(origin, "/e0");
    node.get(origin, "/e1");
    node.get(origin, "/e0");
    node.get(origin, "/e2");

    assertThat(TestNode.xCache(node.get(origin, "/e0"))).isEqualTo("hit");
    assertThat(TestNode.xCache(node.get(origin, "/e1"))).isEqualTo("miss");
    assertThat(onDisk()).isLessThanOrEqualTo(8L * MIB);
  }

  @Test
  void anObjectLargerThanItsDriveIsServedWhole() throws Exception {
    node.close();
    node = TestNode.start(folder, origin, 2L * MIB, 1);
    var content = origin.put("/huge", 9 * MIB, 30);

    assertThat(node.get(origin, "/huge").body()).isEqualTo(content);
    assertThat(node.get(origin, "/huge").body()).isEqualTo(content);
    assertThat(onDisk()).isLessThanOrEqualTo(2L * MIB);
  }

  @Test
  void withoutAnyDriveItStillServes() throws Exception {
    node.close();
    node = TestNode.start(folder, origin, MIB, 0);
    var content = origin.put("/nowhere", 5 * MIB, 31);
    var response = node.get(origin, "/nowhere", "bytes=100-2000000");

    assertThat(response.statusCode()).isEqualTo(206);
    assertThat(response.body()).isEqualTo(part(content, 100, 2_000_001));
    assertThat(TestNode.xCache(response)).isEqualTo("bypass; no drive takes it");
  }

  private long onDisk() throws IOException {
    try (var files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".data"))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }
}
