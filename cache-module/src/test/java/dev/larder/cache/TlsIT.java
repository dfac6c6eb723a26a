package dev.larder.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS beside HTTP, with real clients. */
@Timeout(120)
class TlsIT {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;
  private TestOrigin origin;
  private TestNode node;
  private Path tls;

  @BeforeEach
  void start() throws Exception {
    origin = new TestOrigin();
    tls = folder.resolve("tls");
    TestCertificate.install(tls, "first");
    node = TestNode.start(folder, origin, 256L * MIB, 1);
  }

  @AfterEach
  void stop() {
    node.close();
    origin.close();
  }

  private URI address(String path) {
    return URI.create(
        "https://127.0.0.1:"
            + node.service().securePort()
            + path
            + "?cacheHostOrigin="
            + origin.host());
  }

  private SSLContext trusting() throws Exception {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (var chain = Files.newInputStream(tls.resolve("server.crt"))) {
      store.setCertificateEntry(
          "a", CertificateFactory.getInstance("X.509").generateCertificate(chain));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private byte[] curl(String... options) throws IOException, InterruptedException {
    var command = new java.util.ArrayList<>(List.of("curl", "--silent", "--show-error"));
    command.addAll(List.of("--cacert", tls.resolve("server.crt").toString()));
    command.addAll(List.of(options));
    var process = new ProcessBuilder(command).start();
    var body = process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).as("%s", command).isZero();
    return body;
  }

  private static void await(String what, Duration most, Callable<Boolean> condition)
      throws Exception {
    long until = System.nanoTime() + most.toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(until);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  @Test
  void bothVersionsOfHttpCarryEveryByte() throws Exception {
    var small = origin.put("/small", 4_000, 1);
    var large = origin.put("/large", 9 * MIB + 77, 2);
    for (var version : List.of("--http1.1", "--http2")) {
      for (int i = 0; i < 3; i++) {
        assertThat(curl(version, address("/small").toString())).isEqualTo(small);
        assertThat(curl(version, address("/large").toString())).isEqualTo(large);
        assertThat(curl(version, "--range", "1000000-5000000", address("/large").toString()))
            .isEqualTo(Arrays.copyOfRange(large, 1_000_000, 5_000_001));
      }
      var spoken =
          curl(
              version,
              "--write-out",
              "%{http_version}",
              "--output",
              "/dev/null",
              address("/small").toString());
      assertThat(new String(spoken, StandardCharsets.UTF_8))
          .isEqualTo(version.equals("--http2") ? "2" : "1.1");
    }
    assertThat(origin.bytes()).isEqualTo(small.length + large.length);
    assertThat(node.get(origin, "/large").body()).as("over plain HTTP").isEqualTo(large);
  }

  @Test
  void javasClientSpeaksHttp2ToIt() throws Exception {
    var content = origin.put("/a", 5 * MIB, 3);
    try (var client = HttpClient.newBuilder().sslContext(trusting()).build()) {
      var all =
          java.util.stream.IntStream.range(0, 8)
              .mapToObj(_ ->
                  client.sendAsync(
                      HttpRequest.newBuilder(address("/a")).build(), BodyHandlers.ofByteArray()))
              .toList();
      for (var each : all) {
        HttpResponse<byte[]> response = each.get();
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.body()).isEqualTo(content);
        assertThat(response.headers().firstValue("content-length"))
            .contains(Integer.toString(content.length));
      }
    }
  }

  private String served() throws Exception {
    try (var socket =
        (SSLSocket)
            anyone()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), node.service().securePort())) {
      socket.startHandshake();
      var certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return certificate.getSubjectX500Principal().getName();
    }
  }

  /** Whatever certificate it is. */
  private static SSLContext anyone() throws Exception {
    var context = SSLContext.getInstance("TLS");
    context.init(
        null,
        new javax.net.ssl.TrustManager[] {
          new javax.net.ssl.X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
              return new X509Certificate[0];
            }
          }
        },
        null);
    return context;
  }

  @Test
  void aNewCertificateIsServedWithinTwoSecondsAndOpenConnectionsStay() throws Exception {
    var content = origin.put("/a", 3 * MIB, 4);
    try (var open =
        (SSLSocket)
            anyone()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), node.service().securePort())) {
      open.startHandshake();
      assertThat(served()).isEqualTo("CN=first");
      TestCertificate.install(tls, "second");
      await("the new one", Duration.ofSeconds(2), () -> served().equals("CN=second"));
      RawServer.write(
          open, "GET /a?cacheHostOrigin=" + origin.host() + " HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(RawServer.head(open.getInputStream()).getFirst()).isEqualTo("HTTP/1.1 200 OK");
      assertThat(open.getInputStream().readNBytes(content.length)).isEqualTo(content);
    }
  }

  @Test
  void aBadPairIsSaidToBeOneAndTheOldStays() throws Exception {
    TestCertificate.make("other", tls.resolve("server.key"), tls.resolve("unused.crt"));
    await(
        "the summary says so",
        Duration.ofSeconds(3),
        () -> summary().contains("server.key is not the key of the first certificate"));
    assertThat(served()).isEqualTo("CN=first");
    Files.writeString(tls.resolve("server.crt"), "no certificate\n");
    await("the summary says so", Duration.ofSeconds(3), () -> summary().contains("are no PEM"));
    assertThat(served()).isEqualTo("CN=first");
    TestCertificate.install(tls, "third");
    await("a good one", Duration.ofSeconds(3), () -> served().equals("CN=third"));
    assertThat(summary()).contains("CN=third", "BoringSSL").doesNotContain("are no PEM");
  }

  private String summary() throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + node.service().summaryPort() + "/summary"))
              .header("Accept", "application/json")
              .build();
      var text = client.send(request, BodyHandlers.ofString()).body();
      return Json.mapper().readTree(text).path("tls").toString();
    }
  }

  @Test
  void withoutACertificateThereIsNoPortUntilOneComes() throws Exception {
    node.close();
    var other = folder.resolve("other");
    Files.createDirectories(other);
    node = TestNode.start(other, origin, 64L * MIB, 1);
    assertThat(node.service().securePort()).isZero();
    TestCertificate.install(other.resolve("tls"), "late");
    await("the port", Duration.ofSeconds(3), () -> node.service().securePort() != 0);
    assertThat(served()).isEqualTo("CN=late");
  }

  @Test
  void oldVersionsOfTlsAreRefused() throws Exception {
    var process =
        new ProcessBuilder(
                "curl",
                "--silent",
                "--insecure",
                "--tls-max",
                "1.1",
                "--ciphers",
                "DEFAULT@SECLEVEL=0",
                address("/a").toString())
            .start();
    assertThat(process.waitFor()).isNotZero();
  }
}
