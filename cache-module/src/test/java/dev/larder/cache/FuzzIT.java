package dev.larder.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Request lines, headers and ranges that no client should send, by seed. */
@Timeout(120)
class FuzzIT {
  private static final int MIB = 1 << 20;
  private static final int SILENCE_MILLIS = 1_000;
  private static final int PATIENCE_MILLIS = 20_000;
  private static final Pattern STATUS = Pattern.compile("HTTP/\\d\\.\\d (\\d{3}) [^\r\n]*\r\n");
  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)\r\n");

  /** What may be answered: never a 5xx, for the origin is well. */
  private static final Set<Integer> ALLOWED =
      Set.of(200, 206, 304, 400, 403, 404, 405, 412, 414, 416, 417, 431, 501, 505);

  @TempDir Path folder;
  private TestOrigin origin;
  private TestNode node;
  private byte[] content;

  @BeforeEach
  void start() throws IOException, TimeoutException {
    origin = new TestOrigin();
    content = origin.put("/a", 2 * MIB + 77, 1);
    origin.put("/s", 500, 2);
    node = TestNode.start(folder, origin, 64L * MIB, 1);
  }

  @AfterEach
  void stop() {
    node.close();
    origin.close();
  }

  /**
   * Sends bytes and reads until the server closes. One that waits for more is told that none comes;
   * not before, for an answer under way may end with what the client still sends.
   */
  private byte[] exchange(String request) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), node.service().port())) {
      var answer = new ByteArrayOutputStream();
      try {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        read(socket, answer);
      } catch (SocketException _) {
        // A server that refuses what it has not read to the end resets the connection.
      }
      return answer.toByteArray();
    }
  }

  private static void read(Socket socket, ByteArrayOutputStream answer) throws IOException {
    try {
      socket.setSoTimeout(SILENCE_MILLIS);
      socket.getInputStream().transferTo(answer);
    } catch (SocketTimeoutException _) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.shutdownOutput();
      socket.getInputStream().transferTo(answer);
    }
  }

  private static String pick(Random random, List<String> among) {
    return among.get(random.nextInt(among.size()));
  }

  @Test
  void anyRequestIsAnsweredOrRefusedAndTheServerServesOn() throws IOException {
    long seed = 20261129;
    var random = new Random(seed);
    var host = origin.host();
    var methods = List.of("GET", "GET", "GET", "HEAD", "POST", "get", "G T", "", "CONNECT", "\0");
    var paths =
        List.of(
            "/a", "/s", "/none", "//a", "/%61", "/..", "/%2e%2e/a", "/a%00", "*", "http://", "");
    var queries =
        List.of(
            "?cacheHostOrigin=" + host,
            "?cacheHostOrigin=",
            "?cacheHostOrigin=evil.example",
            "?cacheHostOrigin=" + host + "&cacheHostOrigin=" + host,
            "?cacheHostOrigin=" + host + "%0d%0aX:1",
            "?cacheHostOrigin=" + host + "&P1=" + "9".repeat(100),
            "?" + "x=1&".repeat(300) + "cacheHostOrigin=" + host,
            "");
    var versions = List.of("HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/9.9", "", "HTTP/1.1 x");
    var fields = fields(host);
    for (int i = 0; i < 1_500; i++) {
      var request = new StringBuilder();
      request.append(pick(random, methods)).append(' ').append(pick(random, paths));
      request.append(pick(random, queries)).append(' ').append(pick(random, versions));
      request.append("\r\nConnection: close\r\n");
      for (int n = random.nextInt(5); n > 0; n--) {
        request.append(pick(random, fields)).append("\r\n");
      }
      request.append("\r\n");
      check(seed, request.toString(), exchange(request.toString()));
    }
    assertThat(node.get(origin, "/a").body()).isEqualTo(content);
  }

  private static List<String> fields(String host) {
    return List.of(
        "Host: " + host,
        "Host: cache.example",
        "Host: a\r\nHost: b",
        "Host: " + "h".repeat(300),
        "Range: bytes=0-9",
        "Range: bytes=5-1",
        "Range: bytes=0-0,5-7,-3",
        "Range: bytes=" + "1-2,".repeat(200),
        "Range: bytes=" + "9".repeat(400) + "-",
        "Range: \t",
        "If-Range: \"/a1\"",
        "If-Range: W/\"",
        "If-None-Match: *",
        "If-None-Match: \"",
        "If-Match: \"x\", ,\"/a1\"",
        "If-Modified-Since: tomorrow",
        "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
        "X: " + "y".repeat(9_000),
        " folded",
        "No colon",
        ": empty",
        "Content-Length: -1",
        "Accept-Encoding: gzip",
        "Expect: 100-continue",
        "Upgrade: h2c");
  }

  private static void check(long seed, String request, byte[] answer) {
    if (answer.length == 0) {
      return;
    }
    var text = new String(answer, StandardCharsets.ISO_8859_1);
    var status = STATUS.matcher(text);
    assertThat(status.lookingAt()).as("seed %s request %s", seed, request).isTrue();
    int code = Integer.parseInt(status.group(1));
    assertThat(ALLOWED).as("seed %s request %s", seed, request).contains(code);
    int body = text.indexOf("\r\n\r\n") + 4;
    var length = LENGTH.matcher(text);
    if (code == 206 && request.startsWith("GET") && length.find()) {
      assertThat(answer.length - body)
          .as("seed %s request %s", seed, request)
          .isEqualTo(Integer.parseInt(length.group(1)));
    }
  }

  @Test
  void anyRangesBringJustTheBytesTheyName() throws IOException {
    long seed = 20261130;
    var random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      int count = 1 + random.nextInt(4);
      var ranges = new ArrayList<String>();
      for (int n = 0; n < count; n++) {
        int first = random.nextInt(content.length + 1_000);
        int last = first + random.nextInt(random.nextBoolean() ? 50 : MIB);
        ranges.add(random.nextInt(5) == 0 ? "-" + (last - first) : first + "-" + last);
      }
      var header = "bytes=" + String.join(",", ranges);
      var answer = node.get(origin, "/a", header);
      assertThat(answer.statusCode()).as("seed %s %s", seed, header).isIn(206, 416);
      if (answer.statusCode() == 206) {
        assertThat(parts(answer.headers().firstValue("Content-Range").orElse(""), answer.body()))
            .as("seed %s %s", seed, header)
            .isPositive();
      }
    }
  }

  /** Compares every part with the object; how many there were. */
  private int parts(String range, byte[] body) {
    var heading = Pattern.compile("bytes (\\d+)-(\\d+)/" + content.length);
    if (!range.isEmpty()) {
      var single = heading.matcher(range);
      assertThat(single.matches()).isTrue();
      assertPart(single.group(1), single.group(2), body, 0);
      return 1;
    }
    var text = new String(body, StandardCharsets.ISO_8859_1);
    var each = Pattern.compile("Content-Range: " + heading.pattern() + "\r\n\r\n").matcher(text);
    int count = 0;
    int at = 0;
    while (each.find(at)) {
      assertPart(each.group(1), each.group(2), body, each.end());
      at = each.end() + Integer.parseInt(each.group(2)) - Integer.parseInt(each.group(1)) + 1;
      count++;
    }
    return count;
  }

  private void assertPart(String first, String last, byte[] body, int at) {
    int from = Integer.parseInt(first);
    int to = Integer.parseInt(last) + 1;
    assertThat(Arrays.equals(content, from, to, body, at, at + to - from)).isTrue();
  }
}
