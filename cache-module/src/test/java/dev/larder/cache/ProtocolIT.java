package dev.larder.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.settings.CacheDesired;
import dev.larder.common.settings.KeyParameters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** RFC 9110 as clients see it, and how origins and groups are told apart. */
@Timeout(120)
class ProtocolIT {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;
  private TestOrigin origin;
  private TestNode node;

  @BeforeEach
  void start() throws IOException, TimeoutException {
    origin = new TestOrigin();
    node = TestNode.start(folder, origin, 256L * MIB, 1);
  }

  @AfterEach
  void stop() {
    node.close();
    origin.close();
  }

  private HttpResponse<byte[]> get(String path, String... headers) {
    return node.send(node.request(origin, path).headers(headers).build());
  }

  @Test
  void preconditionsAreAnswered() {
    for (int length : new int[] {1_000, 3 * MIB}) {
      var path = "/p" + length;
      var content = origin.put(path, length, 1);
      for (int i = 0; i < 3; i++) {
        var same = get(path, "If-None-Match", "\"x\", W/\"" + path + "1\"");
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
        assertThat(same.headers().firstValue("ETag")).contains("\"" + path + "1\"");
        assertThat(get(path, "If-Match", "\"x\"").statusCode()).isEqualTo(412);
        assertThat(get(path, "If-None-Match", "\"x\"").body()).isEqualTo(content);
        assertThat(get(path, "If-Match", "\"" + path + "1\"").body()).isEqualTo(content);
      }
    }
  }

  @Test
  void aConditionOnAnUnknownObjectFetchesNoBody() {
    origin.put("/q", 3 * MIB, 2);

    assertThat(get("/q", "If-None-Match", "*").statusCode()).isEqualTo(304);
    assertThat(origin.bytes()).isZero();
  }

  @Test
  void ifRangeDecidesBetweenPartAndWhole() {
    var content = origin.put("/r", 2 * MIB, 3);
    node.get(origin, "/r");

    var part = get("/r", "Range", "bytes=5-9", "If-Range", "\"/r1\"");
    assertThat(part.statusCode()).isEqualTo(206);
    var whole = get("/r", "Range", "bytes=5-9", "If-Range", "\"/r0\"");
    assertThat(whole.statusCode()).isEqualTo(200);
    assertThat(whole.body()).isEqualTo(content);
    assertThat(get("/r", "Range", "bytes=5-9", "If-Range", "W/\"/r1\"").statusCode())
        .isEqualTo(200);
  }

  @Test
  void ifRangeHoldsForWhatIsNotKeptToo() {
    origin.cacheControl = "no-store";
    var content = origin.put("/rn", 2 * MIB, 4);

    assertThat(get("/rn", "Range", "bytes=5-9", "If-Range", "\"/rn0\"").body()).isEqualTo(content);
    assertThat(get("/rn", "Range", "bytes=5-9", "If-Range", "\"/rn1\"").body())
        .isEqualTo(Arrays.copyOfRange(content, 5, 10));
  }

  @Test
  void severalRangesComeInParts() {
    for (int length : new int[] {2_000, 6 * MIB}) {
      var path = "/m" + length;
      var content = origin.put(path, length, 5);
      // From the origin, from disk, from memory.
      for (int i = 0; i < 4; i++) {
        checkParts(path, content);
      }
    }
  }

  @Test
  void severalRangesOfWhatIsNotKeptComeInParts() {
    origin.cacheControl = "no-store";
    checkParts("/n", origin.put("/n", 3 * MIB, 6));
    origin.ignoresRange = true;
    checkParts("/n", origin.put("/n", 3 * MIB, 7));
  }

  private void checkParts(String path, byte[] content) {
    int last = content.length - 1;
    var answer = get(path, "Range", "bytes=" + (last - 9) + "-,0-4,100-104,103-110,-0");

    assertThat(answer.statusCode()).isEqualTo(206);
    var type = answer.headers().firstValue("Content-Type").orElseThrow();
    assertThat(type).startsWith("multipart/byteranges; boundary=");
    var boundary = type.substring(type.indexOf('=') + 1);
    var expected = new ByteArrayOutputStream();
    for (var span : new int[][] {{last - 9, last}, {0, 4}, {100, 110}}) {
      var head =
          "\r\n--%s\r\nContent-Type: application/x-test\r\nContent-Range: bytes %d-%d/%d\r\n\r\n"
              .formatted(boundary, span[0], span[1], content.length);
      expected.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
      expected.writeBytes(Arrays.copyOfRange(content, span[0], span[1] + 1));
    }
    expected.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    assertThat(answer.body()).isEqualTo(expected.toByteArray());
    assertThat(answer.headers().firstValue("Content-Length"))
        .contains(Integer.toString(expected.size()));
  }

  @Test
  void severalRangesWithoutAByteAreUnsatisfiable() {
    origin.put("/u", 100, 8);
    node.get(origin, "/u");
    var answer = get("/u", "Range", "bytes=100-,200-300");

    assertThat(answer.statusCode()).isEqualTo(416);
    assertThat(answer.headers().firstValue("Content-Range")).contains("bytes */100");
  }

  @Test
  void whatIsNotThereIsRememberedByItsLink() {
    assertThat(node.get(origin, "/none").statusCode()).isEqualTo(404);
    assertThat(node.get(origin, "/none").statusCode()).isEqualTo(404);
    assertThat(origin.requests()).isEqualTo(1);
    assertThat(query("/none", "&P1=2").statusCode()).isEqualTo(404);
    assertThat(origin.requests()).isEqualTo(2);

    origin.missing = 403;
    assertThat(node.get(origin, "/secret").statusCode()).isEqualTo(403);
    assertThat(node.get(origin, "/secret").statusCode()).isEqualTo(403);
    assertThat(origin.requests()).as("a refusal is not remembered").isEqualTo(4);
  }

  private HttpResponse<byte[]> query(String path, String more) {
    var address = node.request(origin, path).build().uri() + more;
    return node.send(HttpRequest.newBuilder(URI.create(address)).build());
  }

  @Test
  void variantsAreNotMixed() {
    origin.vary = "Accept-Encoding";
    origin.put("/plain", 1_000, 9);
    node.get(origin, "/plain");
    var plain = get("/plain", "Accept-Encoding", "gzip");
    assertThat(TestNode.xCache(plain)).isEqualTo("hit");
    assertThat(plain.headers().firstValue("Vary")).isEmpty();

    origin.vary = "Accept-Encoding, X-Kind";
    origin.put("/kinds", 1_000, 10);
    node.get(origin, "/kinds");
    assertThat(TestNode.xCache(node.get(origin, "/kinds"))).isEqualTo("hit");
    assertThat(TestNode.xCache(get("/kinds", "X-Kind", "b"))).isEqualTo("bypass; vary");

    origin.vary = "*";
    origin.put("/any", 1_000, 11);
    node.get(origin, "/any");
    assertThat(TestNode.xCache(node.get(origin, "/any"))).isEqualTo("bypass; vary");
  }

  @Test
  void answersTellHowLongTheyTook() {
    origin.put("/t", 1_000, 12);

    assertThat(timing(node.get(origin, "/t")))
        .matches("cache;desc=\"miss\", origin;dur=\\d+\\.\\d");
    assertThat(timing(node.get(origin, "/t"))).isEqualTo("cache;desc=\"hit\"");
    assertThat(timing(node.get(origin, "/t"))).isEqualTo("cache;desc=\"hit\"");
  }

  private static String timing(HttpResponse<?> answer) {
    return answer.headers().firstValue("Server-Timing").orElseThrow();
  }

  @Test
  void mirrorsOfOneGroupShareWhatIsKept() throws Exception {
    node.close();
    try (var mirror = new TestOrigin()) {
      var plain = TestNode.desired(folder, List.of(), 256L * MIB, 1);
      var group = Optional.of("mirrors");
      var desired =
          new CacheDesired(
              plain.drives(),
              List.of(
                  new CacheDesired.Origin(origin.host(), "http", "Test", group, true),
                  new CacheDesired.Origin(mirror.host(), "http", "Test", group, true)),
              List.of(
                  new CacheDesired.Group(
                      "mirrors",
                      Optional.of(new KeyParameters.Only(Set.of("v"))),
                      Optional.empty(),
                      Optional.empty())),
              Optional.empty(),
              plain.trafficEvery(),
              plain.updates());
      node = TestNode.start(folder, desired, 1);
      var content = origin.put("/x", 1_000, 13);

      assertThat(query("/x", "&v=1&w=2").body()).isEqualTo(content);
      assertThat(query("/x", "&v=1&w=3&P1=9").body()).isEqualTo(content);
      var address = node.request(mirror, "/x").build().uri() + "&v=1";
      var shared = node.send(HttpRequest.newBuilder(URI.create(address)).build());
      assertThat(shared.body()).isEqualTo(content);
      assertThat(TestNode.xCache(shared)).isEqualTo("hit");
      assertThat(TestNode.xCache(query("/x", "&v=2"))).isEqualTo("miss");
      assertThat(mirror.requests()).isZero();
    }
  }
}
