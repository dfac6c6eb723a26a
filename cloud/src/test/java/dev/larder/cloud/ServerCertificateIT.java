package dev.larder.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The cloud's own certificate from one to the next, over real TLS. */
class ServerCertificateIT {
  @RegisterExtension private final TestCloud cloud = new TestCloud();

  private X509Certificate served(TestNode node, int port) throws IOException {
    var sockets = cloud.ssl(Optional.of(node.identity())).getSocketFactory();
    try (var socket = (SSLSocket) sockets.createSocket("localhost", port)) {
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  @Test
  void itIsRenewedBeforeItEndsAndServedWithoutARestart() throws Exception {
    var node = TestNode.enrolOne(cloud);
    var first = served(node, cloud.port());
    var back = Duration.ofDays(740);
    cloud.clock().forward(back.negated());
    cloud.restart();
    var second = served(node, cloud.port());
    assertThat(second).as("not valid yet").isNotEqualTo(first);
    cloud.clock().forward(back);
    assertThat(served(node, cloud.port())).isEqualTo(second);

    cloud.renewCertificate();
    var third = served(node, cloud.port());
    assertThat(third.getNotAfter().toInstant()).isAfter(Instant.now().plus(Duration.ofDays(800)));
    assertThat(served(node, cloud.mqttPort())).isEqualTo(third);
    cloud.renewCertificate();
    assertThat(served(node, cloud.port())).isEqualTo(third);
    cloud.restart();
    assertThat(served(node, cloud.mqttPort())).isEqualTo(third);
  }
}
