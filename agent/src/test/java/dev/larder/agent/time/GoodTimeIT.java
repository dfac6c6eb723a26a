package dev.larder.agent.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.agent.Agent;
import dev.larder.agent.Await;
import dev.larder.agent.MovableClock;
import dev.larder.agent.TestCertificates;
import dev.larder.agent.TestCloud;
import dev.larder.agent.TestEnrolment;
import dev.larder.agent.cloud.CloudTls;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.trust.Authority;
import dev.larder.agent.trust.NodeKey;
import dev.larder.agent.trust.NodePair;
import dev.larder.agent.trust.Pem;
import dev.larder.common.id.CacheNodeId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine whose clock is wrong, with its files and real TLS. */
class GoodTimeIT {
  private static final Instant PAST = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant TOLD = Instant.parse("2026-06-01T12:00:00Z");
  private static final Instant END = Instant.parse("2036-01-01T00:00:00Z");

  @TempDir private Path dataDir;
  private final AtomicLong nanos = new AtomicLong(7);

  private GoodTime time(Instant system) {
    return new GoodTime(new NodeFiles(dataDir), () -> system, nanos::get, PAST);
  }

  private Optional<Instant> kept() {
    return GoodTime.read(new NodeFiles(dataDir));
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void goesOnFromWhatTheCloudToldAcrossAStartIn1970() {
    var first = time(Instant.EPOCH);
    assertThat(first.instant()).isEqualTo(PAST);
    first.learn(TOLD, END);
    pass(Duration.ofMinutes(10));
    assertThat(first.instant()).isEqualTo(TOLD.plus(10, ChronoUnit.MINUTES));
    first.close();

    var second = time(Instant.EPOCH);
    assertThat(second.instant()).isEqualTo(TOLD.plus(10, ChronoUnit.MINUTES));
    pass(Duration.ofHours(1));
    assertThat(second.instant()).isEqualTo(TOLD.plus(70, ChronoUnit.MINUTES));
    assertThat(second.behind()).isPresent();
  }

  @Test
  void isWrittenOnceAnHourAndAtTheEnd() {
    var time = time(Instant.EPOCH);
    time.learn(TOLD, END);
    assertThat(kept()).hasValue(TOLD);
    time.learn(TOLD.plus(59, ChronoUnit.MINUTES), END);
    assertThat(kept()).hasValue(TOLD);
    time.learn(TOLD.plus(60, ChronoUnit.MINUTES), END);
    assertThat(kept()).hasValue(TOLD.plus(60, ChronoUnit.MINUTES));
    time.learn(TOLD.plus(61, ChronoUnit.MINUTES), END);
    time.close();
    assertThat(kept()).hasValue(TOLD.plus(61, ChronoUnit.MINUTES));
  }

  @Test
  void neverGoesBackByTheCloudsWordAloneNorBeyondTheCertificate() throws IOException {
    var time = time(Instant.EPOCH);
    time.learn(TOLD, END);
    time.learn(TOLD.minus(1, ChronoUnit.DAYS), END);
    time.learn(END.plusSeconds(1), END);
    assertThat(time.instant()).isEqualTo(TOLD);
    time.close();
    Files.writeString(new NodeFiles(dataDir).lastGoodTime(), "yesterday");
    assertThat(kept()).isEmpty();
    assertThat(time(Instant.EPOCH).instant()).isEqualTo(PAST);
  }

  @Test
  void goesBackWhenTheCloudAndTheSystemsClockAgree() {
    var system = new AtomicReference<>(Instant.EPOCH);
    var time = new GoodTime(new NodeFiles(dataDir), system::get, nanos::get, PAST);
    var wrong = TOLD.plus(365, ChronoUnit.DAYS);
    time.learn(wrong, END);
    assertThat(time.instant()).isEqualTo(wrong);
    time.learn(TOLD, END);
    assertThat(time.instant()).isEqualTo(wrong);
    system.set(TOLD.minusSeconds(300));
    time.learn(TOLD, END);
    assertThat(time.instant()).isEqualTo(TOLD);
    assertThat(kept()).hasValue(TOLD);
    time.learn(TOLD.minusSeconds(300), END);
    assertThat(time.instant()).isEqualTo(TOLD);
  }

  @Test
  void aLittleBehindIsNotWorthAWord() {
    for (var seconds : new int[] {300, 301}) {
      var time = time(TOLD.minusSeconds(seconds));
      time.learn(TOLD, END);
      assertThat(time.behind().isPresent()).isEqualTo(seconds > 300);
    }
    var ahead = time(TOLD.plus(1, ChronoUnit.DAYS));
    assertThat(ahead.behind()).isEmpty();
    assertThat(ahead.instant()).isEqualTo(TOLD.plus(1, ChronoUnit.DAYS));
  }

  @Test
  void aCertificateIsJudgedByIt() throws Exception {
    var authority = Authority.create("cloud", Instant.now());
    var key = NodeKey.generate();
    var from = Instant.now().plus(10, ChronoUnit.DAYS);
    var until = from.plus(10, ChronoUnit.DAYS);
    var server = authority.server(key.getPublic(), List.of("localhost"), from, until);
    var serving = TestCertificates.tls(authority, key, server);
    try (var listening =
        (SSLServerSocket)
            serving
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answer(listening));
      int port = listening.getLocalPort();
      var node = node(authority);
      InstantSource good = () -> from.plusSeconds(60);
      shake(port, authority, node, good);
      for (InstantSource bad :
          List.<InstantSource>of(InstantSource.system(), () -> until.plusSeconds(60))) {
        assertThatThrownBy(() -> shake(port, authority, node, bad))
            .isInstanceOf(SSLException.class);
      }
      var stranger = Authority.create("stranger", Instant.now());
      assertThatThrownBy(() -> shake(port, stranger, node, good)).isInstanceOf(SSLException.class);
    }
  }

  private static NodePair node(Authority authority) throws Exception {
    var key = NodeKey.generate();
    var id = new CacheNodeId(UUID.randomUUID());
    var certificate = TestCertificates.client(authority, key.getPublic(), id, Duration.ofHours(1));
    return new NodePair(Pem.write(key.getPrivate()), Pem.write(certificate));
  }

  private static void answer(SSLServerSocket listening) {
    while (!listening.isClosed()) {
      try (var socket = (SSLSocket) listening.accept()) {
        socket.startHandshake();
      } catch (IOException _) {
        // The client says why.
      }
    }
  }

  private static void shake(int port, Authority authority, NodePair node, InstantSource clock)
      throws Exception {
    var tls = CloudTls.context(List.of(authority.certificate()), node, clock);
    try (var socket = (SSLSocket) tls.getSocketFactory().createSocket("localhost", port)) {
      var parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.setSoTimeout(10_000);
      socket.startHandshake();
    }
  }

  @Test
  void anAgentWhoseClockIsBehindConnectsAndSaysSo() throws Exception {
    try (var cloud = new TestCloud()) {
      var files = TestEnrolment.enrol(cloud, dataDir);
      var clock = new MovableClock();
      clock.move(Duration.ofDays(-20_000));
      var engine = URI.create("unix://" + dataDir.resolve("no-engine.sock"));
      try (var agent = new Agent(files, engine, 0, "test", clock)) {
        agent.start();
        var report = cloud.awaitReport(r -> r.platform().clock().isPresent());
        assertThat(report.platform().clock().orElseThrow()).startsWith("behind by 28");
        // An answer that tells the time is written at once when nothing is.
        Await.until(() -> kept().isPresent());
      }
      assertThat(kept().orElseThrow()).isAfter(Instant.now().minusSeconds(60));
    }
  }
}
