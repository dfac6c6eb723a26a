package dev.larder.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.cloud.TestCloud.Identity;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node's certificate from one to the next, over real TLS. */
class RenewalIT {
  @RegisterExtension private final TestCloud cloud = new TestCloud();

  private HttpResponse<byte[]> ask(Optional<Identity> by, String body)
      throws IOException, InterruptedException {
    return cloud.send(
        cloud.client(by), cloud.request("/node/v1/certificate").POST(TestCloud.json(body)));
  }

  private static String body(KeyPair keys) {
    return Json.write(Json.object().put("csr", TestNode.csr(keys)));
  }

  private static JsonNode read(HttpResponse<byte[]> response) throws IOException {
    return Json.mapper().readTree(response.body());
  }

  private TestNode renewed(TestNode node)
      throws IOException, InterruptedException, GeneralSecurityException {
    var keys = TestNode.keys();
    var response = ask(Optional.of(node.identity()), body(keys));
    assertThat(response.statusCode()).isEqualTo(200);
    var certificate = TestCloud.certificate(read(response).path("certificate").asText());
    return new TestNode(
        cloud,
        node.path(),
        node.id(),
        node.enrolled(),
        new Identity(keys.getPrivate(), certificate));
  }

  private static int status(TestNode node) throws IOException, InterruptedException {
    return node.manifest(node.client(), "", 0).statusCode();
  }

  @Test
  void aNewCertificateIsForTheSameNodeANewKeyAndAnotherYear() throws Exception {
    var first = TestNode.enrolOne(cloud);
    cloud.clock().forward(Duration.ofDays(250));
    var second = renewed(first);
    var before = first.identity().certificate();
    var after = second.identity().certificate();
    assertThat(after.getSubjectX500Principal()).isEqualTo(before.getSubjectX500Principal());
    assertThat(after.getPublicKey()).isNotEqualTo(before.getPublicKey());
    assertThat(Duration.between(before.getNotAfter().toInstant(), after.getNotAfter().toInstant()))
        .isCloseTo(Duration.ofDays(250), Duration.ofMinutes(1));
  }

  @Test
  void aLostAnswerCostsNothing() throws Exception {
    var first = TestNode.enrolOne(cloud);
    var lost = renewed(first);
    assertThat(status(first)).isEqualTo(200);
    var second = renewed(first);
    assertThat(status(first)).isEqualTo(200);
    assertThat(status(second)).isEqualTo(200);

    var third = renewed(second);
    assertThat(status(second)).isEqualTo(200);
    assertThat(status(third)).isEqualTo(200);
    assertThat(status(first)).isEqualTo(401);
    assertThat(status(lost)).isEqualTo(401);
  }

  @Test
  void requestsThatComeLateDoNotCostTheCertificateInUse() throws Exception {
    var first = TestNode.enrolOne(cloud);
    var inUse = renewed(first);
    for (int i = 0; i < 7; i++) {
      renewed(first);
    }
    assertThat(status(inUse)).isEqualTo(200);
    assertThat(status(first)).isEqualTo(200);
    var ninth = renewed(first);
    assertThat(status(inUse)).isEqualTo(401);
    assertThat(status(ninth)).isEqualTo(200);
  }

  @Test
  void theHubConnectsByEither() throws Exception {
    var first = TestNode.enrolOne(cloud);
    var second = renewed(first);
    for (var node : new TestNode[] {first, second}) {
      try (var hub = new TestHub(node)) {
        assertThat(hub.isConnected()).isTrue();
      }
    }
  }

  @Test
  void aNodeDeployedAgainTakesTheRenewedOneToo() throws Exception {
    var first = TestNode.enrolOne(cloud);
    var second = renewed(first);
    var again = TestNode.enrol(cloud, first.path());
    assertThat(status(first)).isEqualTo(401);
    assertThat(status(second)).isEqualTo(401);
    assertThat(status(again)).isEqualTo(200);
    assertThat(ask(Optional.of(second.identity()), body(TestNode.keys())).statusCode())
        .isEqualTo(401);
  }

  @Test
  void whatCannotBeSignedChangesNothing() throws Exception {
    var first = TestNode.enrolOne(cloud);
    var second = renewed(first);
    var stranger = ask(Optional.empty(), body(TestNode.keys()));
    assertThat(stranger.statusCode()).isEqualTo(401);
    var none = ask(Optional.of(first.identity()), "{}");
    assertThat(none.statusCode()).isEqualTo(400);
    assertThat(read(none).at("/problems/0/path").asText()).isEqualTo("csr");
    var bad = ask(Optional.of(first.identity()), "{\"csr\": \"no PEM\"}");
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(status(first)).isEqualTo(200);
    assertThat(status(second)).isEqualTo(200);
  }
}
