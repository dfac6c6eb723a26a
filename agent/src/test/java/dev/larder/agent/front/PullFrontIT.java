package dev.larder.agent.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.larder.agent.Await;
import dev.larder.agent.TestProxy;
import dev.larder.agent.TestRegistry;
import dev.larder.agent.proxy.HttpProxy;
import dev.larder.agent.registry.RegistryName;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The front before a real registry, asked by whoever reaches it. */
@Timeout(120)
class PullFrontIT {
  private static final String REPOSITORY = "team/app";
  private static final int BLOB_BYTES = 300_000;
  private static final String ENGINE =
      "{\"RegistryConfig\": {\"InsecureRegistryCIDRs\": [\"127.0.0.0/8\"]}}";

  private final ByteLimit limit = new ByteLimit(System::nanoTime);
  private final HttpClient client = HttpClient.newHttpClient();
  private final byte[] blob = new byte[BLOB_BYTES];
  private final TestRegistry registry;
  private final String digest;
  private PullFront front;
  private Pass pass;

  PullFrontIT(@TempDir Path folder) throws Exception {
    registry = new TestRegistry(folder);
    new Random(1).nextBytes(blob);
    digest =
        "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(blob));
    upload();
  }

  private void upload() throws Exception {
    var begin =
        client.send(
            HttpRequest.newBuilder(
                    URI.create(registry.url() + "/v2/" + REPOSITORY + "/blobs/uploads/"))
                .POST(BodyPublishers.noBody())
                .build(),
            BodyHandlers.discarding());
    var where = begin.headers().firstValue("Location").orElseThrow();
    var end =
        client.send(
            HttpRequest.newBuilder(URI.create(where + "&digest=" + digest))
                .PUT(BodyPublishers.ofByteArray(blob))
                .build(),
            BodyHandlers.ofString());
    assertThat(end.statusCode()).as(end.body()).isEqualTo(201);
  }

  @BeforeEach
  void open() throws Exception {
    front =
        new PullFront(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Set.of(), limit);
    pass = begin(registry.url().getAuthority());
  }

  private Pass begin(String host) throws IOException {
    var name = new RegistryName(host, REPOSITORY);
    var engine = new EngineRegistries(Json.mapper().readTree(ENGINE));
    var upstream = new Upstream(name, engine, Optional.empty(), Path.of("/nowhere"));
    var begun = new Pass(name, upstream, new Random());
    front.begin(begun);
    return begun;
  }

  @AfterEach
  void close() {
    front.end(pass);
    front.close();
    client.close();
    registry.close();
  }

  private HttpRequest.Builder request(Pass of, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + front.port() + path))
        .header(FrontRequest.PULL_FIELD, of.token());
  }

  private HttpResponse<byte[]> get(String path) throws Exception {
    return client.send(request(pass, path).build(), BodyHandlers.ofByteArray());
  }

  private String blobPath() {
    return "/v2/" + REPOSITORY + "/blobs/" + digest;
  }

  private int status(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.discarding()).statusCode();
  }

  @Test
  void aBlobComesWholeAndInPart() throws Exception {
    var whole = get(blobPath());
    assertThat(whole.statusCode()).isEqualTo(200);
    assertThat(whole.body()).isEqualTo(blob);
    assertThat(whole.headers().firstValue("Docker-Content-Digest")).contains(digest);
    var part =
        client.send(
            request(pass, blobPath()).header("Range", "bytes=299990-").build(),
            BodyHandlers.ofByteArray());
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).hasSize(10);
    assertThat(part.headers().firstValue("Content-Range")).contains("bytes 299990-299999/300000");
    var head =
        client.send(
            request(pass, blobPath()).method("HEAD", BodyPublishers.noBody()).build(),
            BodyHandlers.discarding());
    assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(BLOB_BYTES);
    assertThat(status(request(pass, "/v2/"))).isEqualTo(200);
    assertThat(pass.failure()).isEmpty();
  }

  @Test
  void whatIsNoPartOfAPullUnderWayIsNotFound() throws Exception {
    assertThat(status(request(pass, "/v2/team/other/blobs/" + digest))).isEqualTo(404);
    assertThat(status(request(pass, "/v2/_catalog"))).isEqualTo(404);
    assertThat(status(request(pass, blobPath()).DELETE())).isEqualTo(404);
    var stranger = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + front.port() + "/v2/"));
    assertThat(status(stranger)).isEqualTo(404);
    assertThat(status(stranger.header(FrontRequest.PULL_FIELD, "guessed"))).isEqualTo(404);
    front.end(pass);
    var over = get(blobPath());
    assertThat(over.statusCode()).isEqualTo(404);
    assertThat(new String(over.body(), StandardCharsets.UTF_8)).contains("NAME_UNKNOWN");
  }

  @Test
  void twoRegistriesWithOneRepositoryAreToldApart() throws Exception {
    var other = begin("127.0.0.1:1");
    assertThat(status(request(pass, blobPath()))).isEqualTo(200);
    var away = client.send(request(other, blobPath()).build(), BodyHandlers.ofString());
    assertThat(away.statusCode()).isEqualTo(502);
    assertThat(away.body()).contains("UNAVAILABLE", "registry cannot be reached at 127.0.0.1:1");
    assertThat(other.failure().orElse("")).contains("see that it runs");
    // Without a token only one of them could be meant.
    var url = URI.create("http://127.0.0.1:" + front.port() + blobPath());
    assertThat(status(HttpRequest.newBuilder(url))).isEqualTo(404);
    front.end(other);
    assertThat(status(HttpRequest.newBuilder(url))).isEqualTo(200);
  }

  @Test
  void tlsAndWhatIsNoHttpIsRefusedAtOnce() throws Exception {
    for (var bytes :
        new byte[][] {{0x16, 3, 1, 2, 0}, "QUIT\r\n\r\n".getBytes(StandardCharsets.US_ASCII)}) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), front.port())) {
        socket.getOutputStream().write(bytes);
        var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(answer).startsWith("HTTP/1.1 400 ");
      }
    }
  }

  @Test
  void thePullsEndEndsItsStreams() throws Exception {
    limit.set(10_000);
    var response = client.send(request(pass, blobPath()).build(), BodyHandlers.ofInputStream());
    var read =
        CompletableFuture.supplyAsync(
            () -> drain(response.body()), task -> Thread.ofPlatform().daemon().start(task));
    front.end(pass);
    assertThat(read.get()).isLessThan(BLOB_BYTES);
  }

  /** How many bytes came before the stream broke. */
  private static int drain(InputStream in) {
    int count = 0;
    try (in) {
      while (in.read() >= 0) {
        count++;
      }
    } catch (IOException _) {
      return count;
    }
    return count;
  }

  @Test
  void theLimitHoldsForAllStreamsTogether() throws Exception {
    limit.set(300_000);
    var began = System.nanoTime();
    var one = client.sendAsync(request(pass, blobPath()).build(), BodyHandlers.ofByteArray());
    var two = client.sendAsync(request(pass, blobPath()).build(), BodyHandlers.ofByteArray());
    assertThat(one.get().body()).isEqualTo(blob);
    assertThat(two.get().body()).isEqualTo(blob);
    double seconds = (System.nanoTime() - began) / 1e9;
    // A burst of 16 KiB may be over.
    assertThat(2 * BLOB_BYTES - (16 << 10)).isLessThanOrEqualTo((int) (300_000 * seconds));
  }

  @Test
  void aRegistryWhoseAuthorityIsUnknownIsNamedWithTheFolder(@TempDir Path folder) throws Exception {
    try (var secure = TestRegistry.secure(folder, "127.0.0.1", true)) {
      var name = new RegistryName(secure.url().getAuthority(), REPOSITORY);
      var strict = new EngineRegistries(Json.object());
      var authorities = folder.resolve("certs.d");
      var strange =
          new Pass(name, new Upstream(name, strict, Optional.empty(), authorities), new Random());
      front.begin(strange);
      assertThat(status(request(strange, "/v2/"))).isEqualTo(502);
      assertThat(strange.failure().orElse(""))
          .contains("is not trusted", authorities.resolve(name.host()) + "/ca.crt");
      front.end(strange);

      Files.createDirectories(authorities.resolve(name.host()));
      Files.copy(folder.resolve("tls.crt"), authorities.resolve(name.host()).resolve("ca.crt"));
      var known =
          new Pass(name, new Upstream(name, strict, Optional.empty(), authorities), new Random());
      front.begin(known);
      assertThat(status(request(known, "/v2/"))).isEqualTo(200);
      front.end(known);
    }
  }

  @Test
  void aBlobFromElsewhereComesThroughTheFrontAndThatPlaceSeesNoPassword() throws Exception {
    var seen = new ConcurrentHashMap<String, List<String>>();
    var elsewhere =
        serve(exchange -> {
          seen.putAll(exchange.getRequestHeaders());
          exchange.sendResponseHeaders(206, 0);
          exchange.getResponseBody().write(blob);
          exchange.close();
        });
    var hub =
        serve(exchange -> {
          assertThat(exchange.getRequestHeaders().getFirst("Authorization")).isEqualTo("Bearer t");
          var there = "http://127.0.0.1:" + elsewhere.getAddress().getPort() + "/blob?sig=1";
          exchange.getResponseHeaders().set("Location", there);
          exchange.sendResponseHeaders(307, -1);
          exchange.close();
        });
    var redirected = begin("127.0.0.1:" + hub.getAddress().getPort());
    var request =
        request(redirected, blobPath())
            .header("Authorization", "Bearer t")
            .header("Range", "bytes=0-");
    // Its length is not told: it comes in chunks.
    var response = client.send(request.build(), BodyHandlers.ofByteArray());
    assertThat(response.statusCode()).isEqualTo(206);
    assertThat(response.body()).isEqualTo(blob);
    assertThat(seen).containsEntry("Range", List.of("bytes=0-")).doesNotContainKey("Authorization");
    front.end(redirected);
    elsewhere.stop(0);
    hub.stop(0);
  }

  private static HttpServer serve(HttpHandler handler) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", handler);
    server.start();
    return server;
  }

  @Test
  void aRegistryIsReachedByTheNodesProxyWhereTheEngineGoesByOne(@TempDir Path folder)
      throws Exception {
    try (var proxy = new TestProxy("node", "of the proxy");
        var secure = TestRegistry.secure(folder, "127.0.0.1", true)) {
      var name = new RegistryName(secure.url().getAuthority(), REPOSITORY);
      var authorities = folder.resolve("certs.d");
      Files.createDirectories(authorities.resolve(name.host()));
      Files.copy(folder.resolve("tls.crt"), authorities.resolve(name.host()).resolve("ca.crt"));
      var engine = new EngineRegistries(Json.object().put("HttpsProxy", "http://proxy.example:1"));
      var by = HttpProxy.read(proxy.urlOfUser(), "of the proxy").orThrow();
      var upstream = new Upstream(name, engine, Optional.of(by), authorities);
      var proxied = new Pass(name, upstream, new Random());
      front.begin(proxied);
      assertThat(status(request(proxied, "/v2/"))).isEqualTo(200);
      front.end(proxied);
      Await.until(() ->
          proxy.tunnels().stream()
              .anyMatch(line -> line.contains(" CONNECT " + name.host() + " ")));
    }
  }

  /** Whoever comes from an address of this machine that is not loopback. */
  private int statusFrom(Inet4Address address, Set<InetAddress> peers) throws Exception {
    try (var open = new PullFront(new InetSocketAddress(0), peers, limit)) {
      open.begin(pass);
      var root = URI.create("http://" + address.getHostAddress() + ":" + open.port() + "/v2/");
      var request = HttpRequest.newBuilder(root).header(FrontRequest.PULL_FIELD, pass.token());
      return status(request);
    }
  }

  @Test
  void strangersAreNotLetIn() throws Exception {
    var own =
        // The oldest: what comes from an engine's network to itself is translated.
        NetworkInterface.networkInterfaces()
            .sorted(Comparator.comparingInt(NetworkInterface::getIndex))
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
            .map(Inet4Address.class::cast)
            .findFirst()
            .orElseThrow();
    assertThat(statusFrom(own, Set.of(own))).isEqualTo(200);
    assertThatThrownBy(() -> statusFrom(own, Set.of())).isInstanceOf(IOException.class);
  }

  @Test
  void aFrontThatIsClosedIsNotThere() throws Exception {
    int port = front.port();
    front.close();
    Await.until(() -> {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return !socket.isConnected();
      } catch (IOException _) {
        return true;
      }
    });
  }
}
