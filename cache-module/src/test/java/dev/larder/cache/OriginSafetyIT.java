package dev.larder.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.settings.CacheDesired.Origin;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The cache goes nowhere but where the administrator lets it, whatever names and redirects say. */
@Timeout(60)
class OriginSafetyIT {
  @TempDir Path folder;
  private TestOrigin inside;
  private RawServer outside;
  private TestNode node;
  private volatile String location = "";

  @BeforeEach
  void start() throws IOException, TimeoutException {
    inside = new TestOrigin();
    inside.put("/secret", 1_000, 1);
    outside =
        new RawServer((_, socket) -> {
          RawServer.write(
              socket,
              "HTTP/1.1 302 Found\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n");
          return true;
        });
    node =
        TestNode.start(
            folder,
            TestNode.upstream(
                folder,
                List.of(
                    new Origin(inside.host(), "http", "Test", false),
                    new Origin("localhost:" + inside.port(), "http", "Test", false),
                    new Origin(outside.host(), "http", "Test", true)),
                Optional.empty(),
                Optional.empty()));
  }

  @AfterEach
  void stop() {
    node.close();
    inside.close();
    outside.close();
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  @Test
  void aLoopbackAddressIsRefusedWithItsMend() {
    var response = node.get(inside.host(), "/secret");
    assertThat(response.statusCode()).isEqualTo(502);
    assertThat(text(response))
        .contains(inside.host(), "127.0.0.1", "loopback", "allowPrivateAddress");
    assertThat(inside.requests()).isZero();
  }

  @Test
  void whatANameResolvesToIsWhatCounts() {
    var response = node.get("localhost:" + inside.port(), "/secret");
    assertThat(response.statusCode()).isEqualTo(502);
    assertThat(text(response)).contains("localhost", "loopback", "allowPrivateAddress");
    assertThat(inside.requests()).isZero();
  }

  @Test
  void aRedirectGainsNoAddressThatIsRefused() {
    location = "http://" + inside.host() + "/secret";
    assertThat(node.get(outside.host(), "/a").statusCode()).isEqualTo(502);
    location = "http://localhost:" + inside.port() + "/secret";
    assertThat(node.get(outside.host(), "/b").statusCode()).isEqualTo(502);
    assertThat(inside.requests()).isZero();
  }

  @Test
  void aRedirectToAHostThatIsNotListedIsNotFollowed() {
    for (var to :
        List.of(
            "http://169.254.169.254/latest/meta-data",
            "http://127.0.0.1:1/x",
            "http://" + outside.host() + "@127.0.0.1:" + inside.port() + "/secret",
            "//127.0.0.1:1/secret",
            "ftp://" + outside.host() + "/x",
            "file:///etc/passwd",
            "https://" + outside.host().replaceFirst(":.*", "") + "/x",
            "http://[::1]/x")) {
      location = to;
      int before = outside.requests().size();
      var response = node.get(outside.host(), "/" + Integer.toHexString(to.hashCode()));
      assertThat(response.statusCode()).as(to).isEqualTo(502);
      assertThat(text(response)).as(to).contains("redirects to");
      // Once, or again when a kept connection ended under the request.
      assertThat(outside.requests().size() - before).as(to).isBetween(1, 3);
    }
    assertThat(inside.requests()).isZero();
  }

  @Test
  void aRedirectLoopEndsAfterFive() {
    location = "/round";
    var response = node.get(outside.host(), "/round");
    assertThat(response.statusCode()).isEqualTo(502);
    assertThat(text(response)).contains("in circles");
    assertThat(outside.requests()).hasSizeBetween(6, 9);
  }

  @Test
  void itIsNoOpenProxy() {
    var response = node.get("example.com", "/");
    assertThat(response.statusCode()).isEqualTo(403);
  }
}
