package dev.larder.agent.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.agent.TestCertificates;
import dev.larder.agent.trust.Authority;
import dev.larder.agent.trust.NodeKey;
import dev.larder.common.id.CacheNodeId;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** The hub's port of a cloud, over real TLS. */
class CloudProbeIT {
  /** A server closes while the client still writes, now earlier and now later. */
  private static final int HANDSHAKES = 50;

  private static final Duration ONE_SECOND = Duration.ofSeconds(1);

  /** What a refusal ends. */
  private static final Duration LONG = Duration.ofSeconds(30);

  private final Authority cloud = Authority.create("cloud", Instant.now());
  private final Authority stranger = Authority.create("stranger", Instant.now());

  CloudProbeIT() throws Exception {}

  private SSLContext server() throws Exception {
    var key = NodeKey.generate();
    var certificate = cloud.server(key.getPublic(), List.of("localhost"), Instant.now());
    return TestCertificates.tls(cloud, key, certificate);
  }

  private SSLContext node(Authority authority) throws Exception {
    var key = NodeKey.generate();
    var certificate =
        TestCertificates.client(
            authority, key.getPublic(), new CacheNodeId(UUID.randomUUID()), Duration.ofHours(1));
    return TestCertificates.tls(cloud, key, certificate);
  }

  private void probe(SSLContext node, String protocol, boolean ends, Duration verdict)
      throws Exception {
    try (var listening =
        (SSLServerSocket)
            server()
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      listening.setNeedClientAuth(true);
      listening.setEnabledProtocols(new String[] {protocol});
      Thread.ofVirtual().start(() -> serve(listening, ends));
      new CloudProbe(node, verdict).mqtt("localhost", listening.getLocalPort(), Optional.empty());
    }
  }

  /** Waits for a packet that a probe does not send, or ends when the handshake is done. */
  private static void serve(SSLServerSocket listening, boolean ends) {
    try (var client = (SSLSocket) listening.accept()) {
      client.startHandshake();
      if (!ends) {
        client.getInputStream().read();
      }
    } catch (IOException _) {
      // Its alert is on its way.
    }
  }

  @Test
  void serverThatWaitsForTheHubHasTakenTheNode() throws Exception {
    for (var protocol : List.of("TLSv1.3", "TLSv1.2")) {
      assertThatCode(() -> probe(node(cloud), protocol, false, ONE_SECOND))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void serverThatDoesNotTrustTheNodeRefusesIt() throws Exception {
    var node = node(stranger);
    for (var protocol : List.of("TLSv1.3", "TLSv1.2")) {
      for (int i = 0; i < HANDSHAKES; i++) {
        refused(node, protocol, false);
      }
    }
  }

  @Test
  void serverThatEndsTheConnectionRefusesTheNode() throws Exception {
    refused(node(cloud), "TLSv1.3", true);
  }

  private void refused(SSLContext node, String protocol, boolean ends) {
    assertThatThrownBy(() -> probe(node, protocol, ends, LONG))
        .isInstanceOfSatisfying(
            CloudException.class,
            e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(CloudException.Kind.REFUSED));
  }
}
