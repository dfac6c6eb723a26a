package dev.larder.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real cloud on free ports of the loopback, its time in the test's hand, and its API. Registered
 * as an extension it runs from before {@code @BeforeEach} until after {@code @AfterEach}.
 */
public final class TestCloud implements BeforeEachCallback, AfterEachCallback, AutoCloseable {
  public static final String PASSWORD = "a password for tests";

  private static final Duration PATIENCE = Duration.ofSeconds(70);
  private static final char[] NO_PASSWORD = new char[0];

  private final Optional<String> database;
  private final MovableClock clock = new MovableClock();
  private final OpenApi openApi = new OpenApi();
  private Path data = Path.of("");
  private Optional<Cloud> cloud = Optional.empty();
  private String token = "";

  /** One that is in development, on a database of its own folder. */
  public TestCloud() {
    this(Optional.empty());
  }

  private TestCloud(Optional<String> database) {
    this.database = database;
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException, InterruptedException {
    start(Files.createTempDirectory("cloud"));
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    cloud.ifPresent(Cloud::close);
    try (var files = Files.walk(data)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Starts it, with a token to ask by. */
  private void start(Path folder) throws IOException, InterruptedException {
    data = folder;
    cloud = Optional.of(Cloud.start(options(0, 0), clock));
    token = makeToken();
  }

  /** Starts one on a database of its own. */
  static TestCloud start(Path data, Optional<String> database)
      throws IOException, InterruptedException {
    var started = new TestCloud(database);
    started.start(data);
    return started;
  }

  private CloudOptions options(int port, int mqttPort) {
    return new CloudOptions(
        data,
        "127.0.0.1",
        port,
        mqttPort,
        List.of("localhost"),
        "registry.test:5000/",
        true,
        Optional.of(PASSWORD),
        database);
  }

  /** Looks whether its certificate is to be renewed, as it does each hour. */
  void renewCertificate() {
    running().renewCertificate();
  }

  /** Stops it, as a kill would, and starts it again on the same data and ports. */
  void restart() throws IOException {
    int port = running().port();
    int mqttPort = running().mqttPort();
    running().close();
    cloud = Optional.of(Cloud.start(options(port, mqttPort), clock));
  }

  private String makeToken() throws IOException, InterruptedException {
    var signedIn =
        send(
            client(Optional.empty()),
            request("/api/v1/session").POST(json("{\"password\":\"" + PASSWORD + "\"}")));
    var cookie = signedIn.headers().firstValue("Set-Cookie").orElseThrow().split(";", -1)[0];
    var made =
        send(
            client(Optional.empty()),
            request("/api/v1/tokens")
                .header("Cookie", cookie)
                .header("X-Larder-Request", "1")
                .POST(json("{\"name\":\"tests\"}")));
    return Json.mapper().readTree(made.body()).path("token").asText();
  }

  private Cloud running() {
    return cloud.orElseThrow();
  }

  public int port() {
    return running().port();
  }

  int mqttPort() {
    return running().mqttPort();
  }

  MovableClock clock() {
    return clock;
  }

  OpenApi openApi() {
    return openApi;
  }

  List<String> addresses() {
    return running().addresses();
  }

  public String token() {
    return token;
  }

  public Path caFile() {
    return data.resolve("keys").resolve("ca.crt");
  }

  /** A request without credentials. */
  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("https://localhost:" + port() + path))
        .timeout(PATIENCE);
  }

  static HttpRequest.BodyPublisher json(String text) {
    return HttpRequest.BodyPublishers.ofString(text);
  }

  /** Sends, and checks the answer against the API's contract. */
  HttpResponse<byte[]> send(HttpClient client, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    var response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    openApi.check(response);
    return response;
  }

  /** An answer of the API. */
  record Answer(int status, JsonNode body) {
    List<String> problemPaths() {
      return body.path("problems").valueStream().map(p -> p.path("path").asText()).toList();
    }

    String detail() {
      return body.path("detail").asText();
    }
  }

  /** Asks as an administrator; a body may use single quotes. */
  Answer api(String method, String path, String body) throws IOException, InterruptedException {
    var request =
        request(path)
            .header("Authorization", "Bearer " + token)
            .method(method, json(body.replace('\'', '"')));
    var response = send(client(Optional.empty()), request);
    return new Answer(
        response.statusCode(),
        response.body().length == 0 ? Json.object() : Json.mapper().readTree(response.body()));
  }

  Answer get(String path) throws IOException, InterruptedException {
    return api("GET", path, "");
  }

  /** A client that trusts this cloud and shows a node's certificate, if it has one. */
  HttpClient client(Optional<Identity> identity) throws IOException {
    return HttpClient.newBuilder().sslContext(ssl(identity)).build();
  }

  /** A node's certificate and key. */
  record Identity(PrivateKey key, X509Certificate certificate) {}

  SSLContext ssl(Optional<Identity> identity) throws IOException {
    try {
      var trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("cloud", certificate(Files.readString(caFile())));
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      var own = KeyStore.getInstance("PKCS12");
      own.load(null, null);
      if (identity.isPresent()) {
        var chain = new X509Certificate[] {identity.get().certificate()};
        own.setKeyEntry("node", identity.get().key(), NO_PASSWORD, chain);
      }
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, NO_PASSWORD);
      var context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  static X509Certificate certificate(String pem) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(pem.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
  }

  @Override
  public void close() {
    running().close();
  }

  /** Goes on by itself from where it was set. */
  static final class MovableClock extends Clock {
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    private final Clock real = Clock.tickMillis(ZoneOffset.UTC);

    void forward(Duration by) {
      ahead.updateAndGet(by::plus);
    }

    @Override
    public Instant instant() {
      return real.instant().plus(ahead.get());
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return real.withZone(zone);
    }
  }
}
