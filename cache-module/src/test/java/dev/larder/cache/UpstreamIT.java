package dev.larder.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.settings.CacheDesired.Origin;
import dev.larder.common.settings.CacheDesired.Parent;
import dev.larder.common.settings.CacheDesired.Proxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Through an HTTP proxy, and through a parent cache. */
@Timeout(60)
class UpstreamIT {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;
  private TestOrigin origin;

  @BeforeEach
  void start() throws IOException {
    origin = new TestOrigin();
  }

  @AfterEach
  void stop() {
    origin.close();
  }

  private Path sub(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  private List<Origin> own() {
    return List.of(new Origin(origin.host(), "http", "Test", true));
  }

  /**
   * A proxy for plain HTTP: it takes absolute targets, and every name is the test's origin to it.
   */
  private boolean relay(RawServer.Request request, Socket client) throws IOException {
    var target = request.target();
    int path = target.indexOf('/', "http://".length());
    try (var upstream = new Socket(InetAddress.getLoopbackAddress(), origin.port())) {
      var head = new StringBuilder("GET " + target.substring(path) + " HTTP/1.1\r\n");
      request.lines().stream().skip(1).forEach(line -> head.append(line).append("\r\n"));
      RawServer.write(upstream, head.append("Connection: close\r\n\r\n").toString());
      upstream.getInputStream().transferTo(client.getOutputStream());
    }
    return false;
  }

  @Test
  void everythingGoesThroughTheProxyWhichResolvesNames() throws Exception {
    var content = origin.put("/a", 3 * MIB, 1);
    var name = "only.the.proxy.knows.invalid";
    try (var proxy = new RawServer(this::relay);
        var node =
            TestNode.start(
                folder,
                TestNode.upstream(
                    folder,
                    List.of(new Origin(name, "http", "Test", false)),
                    Optional.of(new Proxy("127.0.0.1", proxy.port())),
                    Optional.empty()))) {
      assertThat(node.get(name, "/a").body()).isEqualTo(content);
      assertThat(proxy.requests())
          .isNotEmpty()
          .allSatisfy(
              each -> assertThat(each.line()).isEqualTo("GET http://" + name + "/a HTTP/1.1"))
          .allSatisfy(each -> assertThat(each.header("host")).isEqualTo(name));
    }
  }

  @Test
  void toAnHttpsOriginTheProxyIsAskedForATunnel() throws Exception {
    var name = "tls.invalid";
    try (var proxy =
            new RawServer((_, socket) -> {
              RawServer.write(socket, "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
              return false;
            });
        var node =
            TestNode.start(
                folder,
                TestNode.upstream(
                    folder,
                    List.of(new Origin(name, "https", "Test", false)),
                    Optional.of(new Proxy("127.0.0.1", proxy.port())),
                    Optional.empty()))) {
      assertThat(node.get(name, "/a").statusCode()).isEqualTo(502);
      assertThat(proxy.requests())
          .isNotEmpty()
          .allSatisfy(
              each -> assertThat(each.line()).isEqualTo("CONNECT tls.invalid:443 HTTP/1.1"));
    }
  }

  @Test
  void anAddressThatIsWrittenOutIsCheckedBeforeTheProxyIsAsked() throws Exception {
    try (var proxy = new RawServer(this::relay);
        var node =
            TestNode.start(
                folder,
                TestNode.upstream(
                    folder,
                    List.of(new Origin("192.168.7.7", "http", "Test", false)),
                    Optional.of(new Proxy("127.0.0.1", proxy.port())),
                    Optional.empty()))) {
      assertThat(node.get("192.168.7.7", "/a").statusCode()).isEqualTo(502);
      assertThat(proxy.requests()).isEmpty();
    }
  }

  @Test
  void aParentCacheServesItsChildren() throws Exception {
    var content = origin.put("/a", 9 * MIB + 1, 1);
    var none = Optional.<Proxy>empty();
    try (var parent =
        TestNode.start(
            sub("parent"), TestNode.upstream(sub("parent"), own(), none, Optional.empty()))) {
      var above = Optional.of(new Parent("127.0.0.1", parent.service().port(), "http"));
      try (var one = TestNode.start(sub("one"), TestNode.upstream(sub("one"), own(), none, above));
          var two = TestNode.start(sub("two"), TestNode.upstream(sub("two"), own(), none, above))) {
        assertThat(one.get(origin, "/a").body()).isEqualTo(content);
        assertThat(two.get(origin, "/a").body()).isEqualTo(content);
        assertThat(TestNode.xCache(one.get(origin, "/a"))).isEqualTo("hit");
        assertThat(origin.bytes()).as("the parent fetched it once").isEqualTo(content.length);
        assertThat(one.get(origin, "/none").statusCode()).isEqualTo(404);

        var later = origin.put("/later", MIB, 2);
        parent.service().close();
        assertThat(one.get(origin, "/later").body()).as("with no parent").isEqualTo(later);
      }
    }
  }

  @Test
  void aParentThatFailsIsLeftAloneForAWhile() throws Exception {
    var content = origin.put("/a", MIB, 1);
    var other = origin.put("/b", 5 * MIB, 2);
    try (var broken = new RawServer((_, _) -> false);
        var node =
            TestNode.start(
                folder,
                TestNode.upstream(
                    folder,
                    own(),
                    Optional.empty(),
                    Optional.of(new Parent("127.0.0.1", broken.port(), "http"))))) {
      assertThat(node.get(origin, "/a").body()).isEqualTo(content);
      assertThat(node.get(origin, "/b").body()).isEqualTo(other);
      assertThat(broken.requests()).hasSize(1);
      assertThat(broken.requests().getFirst().target())
          .isEqualTo("/a?cacheHostOrigin=127.0.0.1%3A" + origin.port());
    }
  }

  @Test
  void aParentThatMayNotFetchAHostIsPassedBy() throws Exception {
    var content = origin.put("/a", MIB, 1);
    var none = Optional.<Proxy>empty();
    try (var parent =
            TestNode.start(
                sub("parent"),
                TestNode.upstream(sub("parent"), List.of(), none, Optional.empty()));
        var node =
            TestNode.start(
                sub("one"),
                TestNode.upstream(
                    sub("one"),
                    own(),
                    none,
                    Optional.of(new Parent("127.0.0.1", parent.service().port(), "http"))))) {
      assertThat(node.get(origin, "/a").body()).isEqualTo(content);
    }
  }
}
