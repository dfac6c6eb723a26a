package dev.larder.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.NodeManifest;
import dev.larder.common.trust.ManifestSignature;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an agent meets: enrolment, the signed manifest and its long poll. */
class NodeLinkIT {
  @RegisterExtension private final TestCloud cloud = new TestCloud();

  private HttpResponse<byte[]> enrol(ObjectNode request) throws IOException, InterruptedException {
    return cloud.send(
        cloud.client(Optional.empty()),
        cloud.request("/node/v1/enrol").POST(TestCloud.json(Json.write(request))));
  }

  private static String detail(HttpResponse<byte[]> response) throws IOException {
    return Json.mapper().readTree(response.body()).path("detail").asText();
  }

  @Test
  void aRegistrationKeyWorksOnce() throws IOException, InterruptedException {
    var path = TestNode.create(cloud, "one", "{}");
    var request = TestNode.enrolment(cloud, path, TestNode.keys());
    assertThat(enrol(request).statusCode()).isEqualTo(200);
    var again = enrol(request);
    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(detail(again)).contains("has been used", "Deployment tab");
    var wrong = enrol(request.deepCopy().put("registrationKey", "guess"));
    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(detail(wrong)).contains("Deployment tab");
    var stranger = enrol(request.deepCopy().put("customerKey", "guess"));
    assertThat(stranger.statusCode()).isEqualTo(401);
    assertThat(cloud.get(path + "/deployment-details").body().path("registrationKey").asText())
        .isNotEqualTo(request.path("registrationKey").asText());
  }

  @Test
  void aKeyIsNotSpentByARequestThatCannotBeSigned() throws IOException, InterruptedException {
    var path = TestNode.create(cloud, "one", "{}");
    var request = TestNode.enrolment(cloud, path, TestNode.keys());
    var other = TestNode.csr(TestNode.keys());
    var good = request.path("csr").asText();
    var forged = good.substring(0, good.length() / 2) + other.substring(good.length() / 2);
    assertThat(enrol(request.deepCopy().put("csr", forged)).statusCode()).isEqualTo(400);
    assertThat(enrol(request.deepCopy().put("csr", "no PEM")).statusCode()).isEqualTo(400);
    assertThat(enrol(request).statusCode()).isEqualTo(200);
  }

  @Test
  void guessingAKeyIsBounded() throws IOException, InterruptedException {
    var path = TestNode.create(cloud, "one", "{}");
    var request = TestNode.enrolment(cloud, path, TestNode.keys());
    for (int i = 0; i < 10; i++) {
      enrol(request.deepCopy().put("registrationKey", "guess " + i));
    }
    assertThat(enrol(request).statusCode()).isEqualTo(429);
    cloud.clock().forward(Duration.ofMinutes(1));
    assertThat(enrol(request).statusCode()).isEqualTo(200);
  }

  @Test
  void theCertificatesNameIsOurs() throws IOException, InterruptedException {
    var node = TestNode.enrolOne(cloud);
    assertThat(node.identity().certificate().getSubjectX500Principal().getName())
        .contains("CN=" + node.id(), "O=")
        .doesNotContain("nobody");
    assertThat(node.enrolled().path("mqttHost").asText()).isEqualTo("localhost");
    assertThat(node.enrolled().path("mqttPort").asInt()).isEqualTo(cloud.mqttPort());
  }

  @Test
  void theManifestIsSignedAndTheNodesOwn() throws IOException, InterruptedException {
    var node = TestNode.enrolOne(cloud);
    var response = node.manifest(node.client(), "", 0);
    var key = ManifestSignature.publicKey(node.enrolled().path("manifestKeys").get(0).asText());
    var signature = response.headers().firstValue(ManifestSignature.HEADER).orElseThrow();
    assertThat(ManifestSignature.verify(key, response.body(), signature)).isTrue();
    var manifest = NodeManifest.read(response.body()).orThrow();
    assertThat(manifest.cacheNodeId()).isEqualTo(node.id());
    assertThat(manifest.desired().inStartOrder()).hasSize(2);
    assertThat(node.manifest(cloud.client(Optional.empty()), "", 0).statusCode()).isEqualTo(401);
  }

  @Test
  void aHeldRequestEndsAtAChangeAtOnce() throws Exception {
    var path = TestNode.create(cloud, "one", "{}");
    var node = TestNode.enrol(cloud, path);
    var client = node.client();
    var first = node.manifest(client, "", 0);
    var held = held(client, first);
    // Two requests later the poll is certain to be held: the client has one connection.
    node.manifest(client, "", 0);
    node.manifest(client, "", 0);
    assertThat(held).isNotDone();
    cloud.api("PATCH", path + "/configuration", "{'httpPort': 8080}");
    var answer = held.get(5, TimeUnit.SECONDS);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(NodeManifest.read(answer.body()).orThrow().version())
        .isGreaterThan(NodeManifest.read(first.body()).orThrow().version());
  }

  private CompletableFuture<HttpResponse<byte[]>> held(
      HttpClient client, HttpResponse<byte[]> known) {
    return client.sendAsync(
        cloud
            .request("/node/v1/manifest")
            .headers(
                "If-None-Match",
                known.headers().firstValue("ETag").orElseThrow(),
                "Prefer",
                "wait=60")
            .GET()
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  @Test
  void whatChangesOnlyATwinDoesNotChangeTheManifest() throws IOException, InterruptedException {
    var path = TestNode.create(cloud, "one", "{}");
    var node = TestNode.enrol(cloud, path);
    var etag = node.manifest(node.client(), "", 0).headers().firstValue("ETag").orElseThrow();
    cloud.api("PATCH", path + "/configuration", "{'update': {'frequency': 'PT5S'}}");
    assertThat(node.manifest(node.client(), etag, 1).statusCode()).isEqualTo(304);
  }

  @Test
  void aDeletedNodeIsToldSo() throws Exception {
    var path = TestNode.create(cloud, "one", "{}");
    var node = TestNode.enrol(cloud, path);
    var report = Json.write(TestNode.report(Optional.empty()));
    assertThat(node.report(report).statusCode()).isEqualTo(204);
    var held = held(node.client(), node.manifest(node.client(), "", 0));
    assertThat(cloud.api("DELETE", path, "").status()).isEqualTo(204);
    assertThat(held.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(410);
    assertThat(node.manifest(node.client(), "", 0).statusCode()).isEqualTo(410);
    assertThat(node.report(report).statusCode()).isEqualTo(410);
  }

  @Test
  void aNodeDeployedAgainReplacesItsFormerSelf() throws IOException, InterruptedException {
    var path = TestNode.create(cloud, "one", "{}");
    var former = TestNode.enrol(cloud, path);
    var newer = TestNode.enrol(cloud, path);
    assertThat(former.manifest(former.client(), "", 0).statusCode()).isEqualTo(401);
    assertThat(newer.manifest(newer.client(), "", 0).statusCode()).isEqualTo(200);
    assertThat(former.report("no report").statusCode()).isEqualTo(401);
  }

  @Test
  void whoWasReplacedDoesNotEndTheNodesPoll() throws Exception {
    var path = TestNode.create(cloud, "one", "{}");
    var former = TestNode.enrol(cloud, path);
    var newer = TestNode.enrol(cloud, path);
    var client = newer.client();
    var known = newer.manifest(client, "", 0);
    var held = held(client, known);
    newer.manifest(client, "", 0);
    newer.manifest(client, "", 0);
    assertThat(held(former.client(), known).get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(401);
    cloud.api("PATCH", path + "/configuration", "{'httpPort': 8080}");
    assertThat(held.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
  }

  @Test
  void anUnreadableReportIsRefused() throws IOException, InterruptedException {
    var node = TestNode.enrolOne(cloud);
    assertThat(node.report("{\"schemaVersion\": \"1.1\"}").statusCode()).isEqualTo(400);
    assertThat(node.report("no report").statusCode()).isEqualTo(400);
  }
}
