package dev.larder.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.settings.CacheDesired;
import dev.larder.common.settings.CacheDesired.Limits;
import dev.larder.common.settings.CacheDesired.Origin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that say what RFC 9112 forbids, or say it slowly, or are too many. */
@Timeout(60)
class HostileClientIT {
  private static final int MOST_CONNECTIONS = 20;

  @TempDir Path folder;
  private TestOrigin origin;
  private TestNode node;

  @BeforeEach
  void start() throws Exception {
    origin = new TestOrigin();
    origin.put("/a", 1_000, 1);
    var plain =
        TestNode.upstream(
            folder,
            List.of(new Origin(origin.host(), "http", "Test", true)),
            Optional.empty(),
            Optional.empty());
    node =
        TestNode.start(
            folder,
            new CacheDesired(
                plain.drives(),
                plain.origins(),
                plain.groups(),
                plain.proxy(),
                plain.trafficEvery(),
                plain.updates(),
                plain.parent(),
                Optional.of(new Limits(MOST_CONNECTIONS))));
  }

  @AfterEach
  void stop() {
    node.close();
    origin.close();
  }

  private Socket connect() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), node.service().port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private String target() {
    return "/a?cacheHostOrigin=" + origin.host();
  }

  /** All that is answered until the cache closes. */
  private static String until(Socket socket) throws IOException {
    try {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (SocketException _) {
      return "";
    }
  }

  /** In each, TARGET stands for an object and a smuggled request would be answered 404. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET TARGET HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nSMUGGLED",
        "GET TARGET HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\nSMUGGLED",
        "GET TARGET HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\nSMUGGLED",
        "GET TARGET HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\nSMUGGLED",
        "GET TARGET HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n chunked\r\n\r\nSMUGGLED",
        "GET TARGET HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\nSMUGGLED",
        "GET TARGET HTTP/1.1\r\nHost: x\r\nContent-Length: 0, 5\r\n\r\nSMUGGLED",
        "GET TARGET HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nSMUGGLED",
        "GET TARGET HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\nSMUGGLED",
        "GET TARGET HTTP/1.1\r\nHost: x\r\nContent-Length: 0x5\r\n\r\nSMUGGLED",
        "GET TARGET HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\nSMUGGLED",
        "GET TARGET HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\nSMUGGLED",
        "GET TARGET HTTP/1.1\nHost: x\nContent-Length: 5\n\nSMUGGLED",
        "GET TARGET HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nSMUGGLED",
        "GET TARGET HTTP/1.1\r\nHost: x\r\nA\u0000b: c\r\n\r\nSMUGGLED",
        "GET TARGET HTTP/1.1\r\nHost: x\r\nno colon here\r\n\r\nSMUGGLED",
        "GET TARGET HTTP/1.1\r\n Host: x\r\n\r\nSMUGGLED",
        "GET TARGET more HTTP/1.1\r\nHost: x\r\n\r\nSMUGGLED",
        "GET TARGET HTTP/9.9x\r\nHost: x\r\n\r\nSMUGGLED"
      })
  void whatIsAmbiguousIsRefusedAndItsConnectionClosed(String request) throws IOException {
    var smuggled =
        "GET /smuggled?cacheHostOrigin=" + origin.host() + " HTTP/1.1\r\nHost: x\r\n\r\n";
    try (var socket = connect()) {
      RawServer.write(socket, request.replace("TARGET", target()).replace("SMUGGLED", smuggled));
      var answer = until(socket);
      assertThat(answer).matches("(?s)HTTP/1\\.[01] 400 .*").doesNotContain(" 404 ");
      assertThat(answer.split("HTTP/1\\.[01] ", -1)).as(answer).hasSize(2);
    }
    assertThat(origin.requests()).isZero();
  }

  @Test
  void aPostedBodyIsNoRequestOfItsOwn() throws IOException {
    try (var socket = connect()) {
      var hidden = "GET " + target() + " HTTP/1.1\r\nHost: x\r\n\r\n";
      RawServer.write(
          socket,
          "POST "
              + target()
              + " HTTP/1.1\r\nHost: x\r\nContent-Length: "
              + hidden.length()
              + "\r\n\r\n"
              + hidden);
      assertThat(until(socket)).startsWith("HTTP/1.1 405 ").doesNotContain("HTTP/1.1 200");
    }
  }

  @Test
  void aHeadThatIsTooLargeIsRefused() throws IOException {
    try (var socket = connect()) {
      RawServer.write(socket, "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(until(socket)).matches("(?s)HTTP/1\\.[01] 414 .*");
    }
    try (var socket = connect()) {
      RawServer.write(
          socket,
          "GET " + target() + " HTTP/1.1\r\nHost: x\r\nA: " + "a".repeat(40_000) + "\r\n\r\n");
      assertThat(until(socket)).matches("(?s)HTTP/1\\.[01] 431 .*");
    }
  }

  @Test
  void aHeadThatDripsIsCutAfterTenSeconds() throws IOException {
    long begun = System.nanoTime();
    try (var socket = connect()) {
      RawServer.write(socket, "GET " + target() + " HTTP/1.1\r\nHost: x\r\n");
      while (true) {
        RawServer.write(socket, "a");
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(250));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(14));
      }
    } catch (SocketException _) {
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(8));
    }
  }

  @Test
  void aClientHasSoManyConnectionsAndNoMore() throws IOException {
    var open = new ArrayList<Socket>();
    try {
      for (int i = 0; i < MOST_CONNECTIONS; i++) {
        var socket = connect();
        open.add(socket);
        RawServer.write(socket, "HEAD " + target() + " HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(RawServer.head(socket.getInputStream()).getFirst()).isEqualTo("HTTP/1.1 200 OK");
      }
      try (var more = connect()) {
        RawServer.write(more, "HEAD " + target() + " HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(until(more)).isEmpty();
      }
      assertThat(metrics()).containsPattern("larder_cache_refused_connections_total [1-9]");
      open.removeLast().close();
      long until = System.nanoTime() + Duration.ofSeconds(5).toNanos();
      while (!answers()) {
        assertThat(System.nanoTime()).as("there is room again").isLessThan(until);
      }
    } finally {
      for (var socket : open) {
        socket.close();
      }
    }
  }

  private String metrics() {
    var uri = URI.create("http://127.0.0.1:" + node.service().summaryPort() + "/metrics");
    return new String(
        node.send(HttpRequest.newBuilder(uri).build()).body(), StandardCharsets.UTF_8);
  }

  private boolean answers() throws IOException {
    try (var socket = connect()) {
      RawServer.write(socket, "HEAD " + target() + " HTTP/1.1\r\nHost: x\r\n\r\n");
      return !RawServer.head(socket.getInputStream()).isEmpty();
    } catch (SocketException _) {
      return false;
    }
  }
}
