package dev.larder.agent.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.workload.RequestReader.Progress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestReaderTest {
  private static final String POST =
      """
      POST /modules/press/genid/g/sign?api-version=1 HTTP/1.1\r
      Host: localhost\r
      Content-Type: application/json\r
      Content-Length: 8\r
      \r
      {"a":1}
      """;

  private static final String CHUNKED =
      """
      POST /x HTTP/1.1\r
      Host: h\r
      Transfer-Encoding: chunked\r
      \r
      4;name=value\r
      {"a"\r
      000004\r
      : 1}\r
      0\r
      Trailer: yes\r
      \r
      """;

  private static Progress read(String bytes) {
    return read(bytes, bytes.length());
  }

  /** In pieces; the last progress before the bytes or the request end. */
  private static Progress read(String text, int pieceBytes) {
    var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    var reader = new RequestReader();
    Progress progress = new Progress.More();
    for (int at = 0; at < bytes.length && isUnfinished(progress); at += pieceBytes) {
      progress = reader.take(ByteBuffer.wrap(bytes, at, Math.min(pieceBytes, bytes.length - at)));
    }
    return progress;
  }

  private static boolean isUnfinished(Progress progress) {
    return progress instanceof Progress.More || progress instanceof Progress.Held;
  }

  private static Request request(String text) {
    assertThat(read(text)).isInstanceOf(Progress.Whole.class);
    return ((Progress.Whole) read(text)).request();
  }

  private static Status status(String text) {
    assertThat(read(text)).as(text).isInstanceOf(Progress.Refused.class);
    return ((Progress.Refused) read(text)).answer().status();
  }

  @Test
  void readsARequestInPiecesOfAnySize() {
    var whole =
        new Request(
            "POST",
            "/modules/press/genid/g/sign?api-version=1",
            Optional.of("application/json"),
            "{\"a\":1}\n");
    for (int size = 1; size <= POST.length(); size++) {
      assertThat(read(POST, size)).isEqualTo(new Progress.Whole(whole));
    }
  }

  @Test
  void readsChunksInPiecesOfAnySize() {
    for (int size = 1; size <= CHUNKED.length(); size++) {
      assertThat(read(CHUNKED, size))
          .isEqualTo(new Progress.Whole(new Request("POST", "/x", Optional.empty(), "{\"a\": 1}")));
    }
  }

  @Test
  void noBeginningOfARequestIsOne() {
    for (var text : List.of(POST, CHUNKED)) {
      for (int length = 0; length < text.length(); length++) {
        assertThat(read(text.substring(0, length))).isInstanceOf(Progress.More.class);
      }
    }
  }

  @Test
  void whatFollowsARequestIsNotRead() {
    assertThat(read(POST + "GET / HTTP/1.1\r\n\r\n")).isEqualTo(read(POST));
    assertThat(read(CHUNKED + "\0\0")).isEqualTo(read(CHUNKED));
  }

  @Test
  void takesWhatClientsWriteInOtherWays() {
    var host = "\r\nHost: h\r\n";
    assertThat(
            request("GET http://localhost:80/trust-bundle?a=b HTTP/1.1" + host + "\r\n").target())
        .isEqualTo("/trust-bundle?a=b");
    assertThat(request("GET / HTTP/1.0\r\n\r\n").body()).isEmpty();
    assertThat(request("GET / HTTP/1.1\r\nhOST:\t h \r\nEmpty:\r\n\r\n").method()).isEqualTo("GET");
    var typed = "POST / HTTP/1.1" + host + "Content-Length: 2\r\nContent-Type: %s\r\n\r\n{}";
    assertThat(request(typed.formatted("Application/JSON; charset=utf-8")).json()).contains("{}");
    assertThat(request(typed.formatted("application/x-www-form-urlencoded")).json()).isEmpty();
  }

  @Test
  void tellsAClientThatWaitsToGoOnAndOnlyOnce() {
    int body = POST.indexOf("\r\n\r\n") + 2;
    var text = POST.substring(0, body) + "Expect: 100-continue" + POST.substring(body - 2);
    var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    int head = text.indexOf("\r\n\r\n") + 4;
    var reader = new RequestReader();
    assertThat(reader.take(ByteBuffer.wrap(bytes, 0, head))).isEqualTo(new Progress.Held());
    assertThat(reader.take(ByteBuffer.wrap(bytes, head, 2))).isEqualTo(new Progress.More());
    assertThat(reader.take(ByteBuffer.wrap(bytes, head + 2, bytes.length - head - 2)))
        .isInstanceOf(Progress.Whole.class);
    assertThat(read(text)).isInstanceOf(Progress.Whole.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n\r\n",
        "GET\r\n\r\n",
        "GET /\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: h\r\n\r\n",
        "GET / http/1.1\r\nHost: h\r\n\r\n",
        "GET /\t HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /\u00e4 HTTP/1.1\r\nHost: h\r\n\r\n",
        "G(T / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: h\r\n\r\n",
        "CONNECT host:80 HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET https://h/ HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost\r\n\r\n",
        "GET / HTTP/1.1\r\n: h\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\n Host: h\r\n\r\n",
        "GET / HTTP/1.1\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\rX: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: \0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1, 1\r\n\r\nx",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\nx",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\nx",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0x1\r\n\r\nx",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n\r\nx",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\ng\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1 \r\nx\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\nx\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n00000000\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\nC: d\r\n",
      })
  void refusesWhatIsMalformed(String text) {
    assertThat(status(text)).isEqualTo(Status.BAD_REQUEST);
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/2.0, '', VERSION_NOT_SUPPORTED",
    "HTTP/1.1, Transfer-Encoding: gzip, NOT_IMPLEMENTED",
    "HTTP/1.1, 'Transfer-Encoding: gzip, chunked', NOT_IMPLEMENTED",
    "HTTP/1.1, Content-Length: 32769, CONTENT_TOO_LARGE",
    "HTTP/1.1, Content-Length: 99999999999999999999, CONTENT_TOO_LARGE",
  })
  void refusesWhatItCannotDo(String version, String field, Status status) {
    var head = "POST / " + version + "\r\nHost: h\r\n" + field + (field.isEmpty() ? "" : "\r\n");
    assertThat(status(head + "\r\n")).isEqualTo(status);
  }

  @Test
  void keepsNoMoreThanItsLimits() {
    var endless = "GET /" + "x".repeat(RequestReader.HEAD_LIMIT_BYTES);
    assertThat(status(endless)).isEqualTo(Status.FIELDS_TOO_LARGE);
    var fields = "GET / HTTP/1.1\r\nHost: h\r\n" + "A: b\r\n".repeat(64) + "\r\n";
    assertThat(status(fields)).isEqualTo(Status.FIELDS_TOO_LARGE);

    var chunked = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    var half = "4000\r\n" + "x".repeat(RequestReader.BODY_LIMIT_BYTES / 2) + "\r\n";
    assertThat(request(chunked + half + half + "0\r\n\r\n").body())
        .hasSize(RequestReader.BODY_LIMIT_BYTES);
    assertThat(status(chunked + half + half + "1\r\n")).isEqualTo(Status.CONTENT_TOO_LARGE);
    assertThat(status(chunked + "fffffff\r\n")).isEqualTo(Status.CONTENT_TOO_LARGE);
    assertThat(status(chunked + "1;" + "x".repeat(8 << 10))).isEqualTo(Status.BAD_REQUEST);
    assertThat(status(chunked + "0\r\n" + "A: b\r\n".repeat(2 << 10)))
        .isEqualTo(Status.BAD_REQUEST);
  }

  @Test
  void aBodyIsUtf8() {
    var text = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n";
    assertThat(request(text + "\u00c3\u00a4").body()).isEqualTo("ä");
    assertThat(status(text + "\u00c3\u00c3")).isEqualTo(Status.UNPROCESSABLE);
  }

  /** Whatever comes, and however it is cut, comes to one and the same end. */
  @Test
  void changedRequestsEndTheSameInAnyPieces() {
    for (int seed = 0; seed < 5000; seed++) {
      var random = new Random(seed);
      var text = new StringBuilder(random.nextBoolean() ? POST : CHUNKED);
      for (int change = random.nextInt(1, 4); change > 0; change--) {
        int at = random.nextInt(text.length());
        var piece = List.of("\r", "\n", "\r\n", ":", " ", "\0", "0", "f", "\u00ff");
        text.replace(
            at,
            Math.min(text.length(), at + random.nextInt(3)),
            piece.get(random.nextInt(piece.size())));
      }
      var whole = read(text.toString());
      var pieces = read(text.toString(), random.nextInt(1, 20));
      assertThat(pieces).as("seed %d: %s", seed, text).isEqualTo(whole);
    }
  }
}
