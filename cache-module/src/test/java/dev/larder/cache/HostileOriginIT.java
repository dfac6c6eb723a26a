package dev.larder.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.cache.RawServer.Request;
import dev.larder.common.settings.CacheDesired.Origin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Origins that break every promise. A client then gets the right bytes, or 502 or 504, or a closed
 * connection: never a 4xx, never a wrong byte, never two objects in one.
 */
@Timeout(90)
class HostileOriginIT {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;
  private final byte[] content = new byte[6 * MIB + 99];
  private volatile RawServer.Script script = (_, _) -> false;
  private RawServer origin;
  private TestNode node;

  @BeforeEach
  void start() throws Exception {
    new Random(7).nextBytes(content);
    origin = new RawServer((request, socket) -> script.answer(request, socket));
    node =
        TestNode.start(
            folder,
            TestNode.upstream(
                folder,
                List.of(new Origin(origin.host(), "http", "Test", true)),
                Optional.empty(),
                Optional.empty()));
  }

  @AfterEach
  void stop() {
    node.close();
    origin.close();
  }

  private static String head(int status, String more) {
    return "HTTP/1.1 " + status + " X\r\n" + more + "\r\n";
  }

  private String part(Request request, String etag) {
    int to = request.to(content.length);
    return head(
        206,
        "ETag: "
            + etag
            + "\r\nCache-Control: max-age=600\r\nContent-Range: bytes "
            + request.from()
            + "-"
            + (to - 1)
            + "/"
            + content.length
            + "\r\nContent-Length: "
            + (to - request.from())
            + "\r\n");
  }

  private byte[] bytes(Request request) {
    return Arrays.copyOfRange(content, request.from(), request.to(content.length));
  }

  /** The status, or 0 for a closed connection; whatever was sent was right. */
  private int outcome(String path, byte[] right) {
    try {
      var response = node.get(origin.host(), path);
      if (response.statusCode() == 200) {
        assertThat(response.body()).isEqualTo(right);
      }
      return response.statusCode();
    } catch (UncheckedIOException _) {
      return 0;
    }
  }

  @Test
  void whatCameBeforeACutIsKept() {
    var sent = new AtomicLong();
    var cuts = new AtomicInteger(6);
    script =
        (request, socket) -> {
          var all = bytes(request);
          boolean cut = cuts.getAndDecrement() > 0;
          var some = cut ? Arrays.copyOf(all, all.length / 2) : all;
          RawServer.write(socket, part(request, "\"a\""));
          RawServer.write(socket, some);
          sent.addAndGet(some.length);
          return !cut;
        };
    assertThat(outcome("/cut", content)).isEqualTo(200);
    assertThat(sent).hasValue(content.length);
  }

  @Test
  void anAnswerThatIsAlwaysShortEnds() {
    script =
        (request, socket) -> {
          RawServer.write(socket, part(request, "\"a\""));
          return false;
        };
    assertThat(outcome("/short", content)).isIn(0, 502);
    assertThat(origin.requests().size()).isLessThan(30);
  }

  @Test
  void otherBytesThanWereAskedForAreNotTaken() {
    script =
        (request, socket) -> {
          RawServer.write(
              socket,
              head(
                  206,
                  "Content-Range: bytes 5-104/" + content.length + "\r\nContent-Length: 100\r\n"));
          RawServer.write(socket, new byte[100]);
          return true;
        };
    assertThat(outcome("/other", content)).isIn(0, 502);
    script =
        (request, socket) -> {
          RawServer.write(socket, head(206, "Content-Length: 100\r\n"));
          RawServer.write(socket, new byte[100]);
          return true;
        };
    assertThat(outcome("/none", content)).isIn(0, 502);
    script =
        (request, socket) -> {
          RawServer.write(
              socket, head(206, "Content-Range: bytes 0-99/50\r\nContent-Length: 100\r\n"));
          RawServer.write(socket, new byte[100]);
          return true;
        };
    assertThat(outcome("/impossible", content)).isIn(0, 502);
  }

  @Test
  void moreThanWasPromisedIsNotServed() {
    script =
        (request, socket) -> {
          RawServer.write(socket, head(200, "ETag: \"a\"\r\nContent-Length: 10\r\n"));
          RawServer.write(socket, Arrays.copyOf(content, 500));
          return true;
        };
    assertThat(outcome("/more", Arrays.copyOf(content, 10))).isIn(0, 200, 502);
  }

  @Test
  void anObjectThatChangesOnTheWayIsNeverMixed() {
    script =
        (request, socket) -> {
          RawServer.write(socket, part(request, request.from() == 0 ? "\"a\"" : "\"b\""));
          RawServer.write(socket, bytes(request));
          return true;
        };
    assertThat(outcome("/changing", content)).isIn(0, 502);
  }

  @Test
  void aDripIsServedAsItComes() {
    var small = Arrays.copyOf(content, 40);
    script =
        (request, socket) -> {
          RawServer.write(socket, head(200, "ETag: \"a\"\r\nContent-Length: 40\r\n"));
          for (byte each : small) {
            RawServer.write(socket, new byte[] {each});
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
          }
          return true;
        };
    assertThat(outcome("/drip", small)).isEqualTo(200);
  }

  @Test
  void headersWithoutEndAreABadGateway() {
    script =
        (_, socket) -> {
          RawServer.write(socket, "HTTP/1.1 200 OK\r\n");
          for (int i = 0; i < 3_000; i++) {
            RawServer.write(socket, "X-" + i + ": " + "a".repeat(100) + "\r\n");
          }
          RawServer.write(socket, "\r\n");
          return false;
        };
    assertThat(outcome("/headers", content)).isEqualTo(502);
  }

  @Test
  void whatIsNoHttpIsABadGateway() {
    script =
        (_, socket) -> {
          RawServer.write(socket, "220 ftp.example ready\r\n\r\n");
          return false;
        };
    assertThat(outcome("/ftp", content)).isEqualTo(502);
    script =
        (_, socket) -> {
          RawServer.write(socket, head(200, "Content-Length: many\r\n"));
          return false;
        };
    assertThat(outcome("/many", content)).isIn(0, 502);
  }

  @Test
  void whatComesPackedGoesOnAsPacked() throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(content, 0, 5_000);
    }
    script =
        (request, socket) -> {
          assertThat(request.header("accept-encoding")).isEqualTo("identity");
          RawServer.write(
              socket,
              head(
                  200,
                  "Content-Encoding: gzip\r\nETag: \"z\"\r\nContent-Length: "
                      + packed.size()
                      + "\r\n"));
          RawServer.write(socket, packed.toByteArray());
          return true;
        };
    var response = node.get(origin.host(), "/gzip");
    assertThat(response.headers().firstValue("content-encoding")).contains("gzip");
    assertThat(response.body()).isEqualTo(packed.toByteArray());
  }

  @Test
  void interimAnswersAndTrailersDoNoHarm() {
    var small = "hello".getBytes(StandardCharsets.US_ASCII);
    script =
        (_, socket) -> {
          RawServer.write(socket, head(103, "Link: </x>; rel=preload\r\n"));
          RawServer.write(socket, head(200, "Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n"));
          RawServer.write(socket, "5\r\nhello\r\n0\r\nX-Sum: 1\r\nContent-Length: 99\r\n\r\n");
          return true;
        };
    assertThat(outcome("/chunked", small)).isEqualTo(200);
  }

  @Test
  void anOriginThatNeverAnswersIsATimeout() {
    script = HostileOriginIT::silence;
    assertThat(outcome("/silent", content)).isEqualTo(504);
  }

  private static boolean silence(Request request, Socket socket) throws IOException {
    return socket.getInputStream().read() >= 0;
  }
}
