package dev.larder.agent.cloud;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.agent.SlowLine;
import dev.larder.agent.TestCertificates;
import dev.larder.agent.trust.Authority;
import dev.larder.agent.trust.NodeKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.URI;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A line to the cloud that dies without a word, and answers that do not end, over real TLS. */
class CloudHttpIT {
  private static final Duration DEADLINE = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long FAST_BYTES_PER_SECOND = 100_000_000;

  private static final String DATE = "Date: Wed, 01 Jan 2031 00:00:00 GMT\r\n";

  private final Authority authority;
  private final X509Certificate certificate;
  private final KeyPair key = NodeKey.generate();
  private final SSLServerSocket server;

  /** The protocol of each connection, by ALPN. */
  private final BlockingQueue<String> connections = new LinkedBlockingQueue<>();

  private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();
  private final List<List<Instant>> told = new CopyOnWriteArrayList<>();
  private SlowLine line;
  private CloudHttp http;

  CloudHttpIT() throws Exception {
    authority = Authority.create("cloud", Instant.now());
    certificate = authority.server(key.getPublic(), List.of("localhost"), Instant.now());
    var loopback = InetAddress.getLoopbackAddress();
    server =
        (SSLServerSocket)
            TestCertificates.tls(authority, key, certificate)
                .getServerSocketFactory()
                .createServerSocket(0, 50, loopback);
    var parameters = server.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
    server.setSSLParameters(parameters);
  }

  @BeforeEach
  void start() throws Exception {
    Thread.ofVirtual().start(this::accept);
    line = new SlowLine(server.getLocalPort(), FAST_BYTES_PER_SECOND);
    var trust = CloudTls.context(List.of(authority.certificate()), Optional.empty());
    var at = URI.create("https://localhost:" + line.port());
    http = new CloudHttp(at, Optional.empty(), trust, (time, end) -> told.add(List.of(time, end)));
  }

  @AfterEach
  void stop() throws IOException {
    http.close();
    line.close();
    server.close();
  }

  private void accept() {
    try {
      while (true) {
        var socket = (SSLSocket) server.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  /** Answers each request in full, but {@code /endless}. */
  private void serve(SSLSocket socket) {
    try (socket) {
      socket.startHandshake();
      connections.add(socket.getApplicationProtocol());
      var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      for (var request = in.readLine(); request != null; request = in.readLine()) {
        while (!String.valueOf(in.readLine()).isEmpty()) {
          // The head's end comes.
        }
        var length = request.startsWith("GET /endless ") ? 100 : 2;
        var answer = "HTTP/1.1 200 OK\r\n" + DATE + "Content-Length: " + length + "\r\n\r\nok";
        socket.getOutputStream().write(answer.getBytes(US_ASCII));
      }
    } catch (IOException _) {
      // The client has gone.
    } finally {
      ended.add("");
    }
  }

  private int ask(String path, Duration deadline) throws Exception {
    return http.send(http.request(path).build(), deadline).statusCode();
  }

  @Test
  void afterALineThatWentDeadTheNextAttemptGoesOverANewConnection() throws Exception {
    assertThat(ask("/", PATIENCE)).isEqualTo(200);
    assertThat(ask("/", PATIENCE)).isEqualTo(200);
    assertThat(connections).hasSize(1).doesNotContain("h2");
    line.silence();
    assertThatThrownBy(() -> ask("/", DEADLINE))
        .isInstanceOf(CloudException.class)
        .hasMessageContaining("no whole answer within 2 s");
    assertThat(ask("/", PATIENCE)).isEqualTo(200);
    assertThat(connections).hasSize(2);
  }

  @Test
  void theTimeIsToldWithTheEndOfTheCertificateThatItCameBy() throws Exception {
    ask("/", PATIENCE);
    var end = certificate.getNotAfter().toInstant();
    assertThat(told).containsExactly(List.of(Instant.parse("2031-01-01T00:00:00Z"), end));
  }

  @Test
  void anAnswerThatDoesNotEndIsGivenUpWithItsConnection() throws Exception {
    assertThatThrownBy(() -> ask("/endless", DEADLINE))
        .isInstanceOf(CloudException.class)
        .hasMessageContaining("no whole answer within 2 s");
    assertThat(ended.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNotNull();
    assertThat(ask("/", PATIENCE)).isEqualTo(200);
  }
}
