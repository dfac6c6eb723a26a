package dev.larder.cloud;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.cloud.TestCloud.Identity;
import dev.larder.cloud.authority.Pem;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.json.Json;
import dev.larder.common.report.NodeEvents;
import dev.larder.common.report.NodeReport;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** A node as the cloud sees one: enrolled, with its certificate. */
record TestNode(
    TestCloud cloud, String path, CacheNodeId id, ObjectNode enrolled, Identity identity) {
  static final String RESOURCE = "/api/v1/resources/office";

  /** Makes the resource {@code office}, if need be, and a node with a drive in it. */
  static String create(TestCloud cloud, String name, String tags)
      throws IOException, InterruptedException {
    if (cloud.get(RESOURCE).status() == 404) {
      cloud.api("POST", "/api/v1/resources", "{'name': 'office'}");
    }
    cloud.api("POST", RESOURCE + "/nodes", "{'name': '" + name + "', 'tags': " + tags + "}");
    var path = RESOURCE + "/nodes/" + name;
    cloud.api(
        "PATCH",
        path + "/configuration",
        "{'cacheDrives': [{'physicalPath': '/srv/cache', 'sizeInGb': 1}]}");
    return path;
  }

  /** What the machine sends to enrol. */
  static ObjectNode enrolment(TestCloud cloud, String path, KeyPair keys)
      throws IOException, InterruptedException {
    var details = cloud.get(path + "/deployment-details").body();
    var request = Json.object();
    for (var field : new String[] {"customerId", "cacheNodeId", "customerKey", "registrationKey"}) {
      request.put(field, details.path(field).asText());
    }
    return request.put("csr", csr(keys));
  }

  static KeyPair keys() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String csr(KeyPair keys) {
    try {
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
      var request =
          new JcaPKCS10CertificationRequestBuilder(
                  new X500Name("CN=another,O=nobody"), keys.getPublic())
              .build(signer);
      return Pem.write("CERTIFICATE REQUEST", request.getEncoded());
    } catch (IOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Makes the node {@code one} and enrols it. */
  static TestNode enrolOne(TestCloud cloud) throws IOException, InterruptedException {
    return enrol(cloud, create(cloud, "one", "{}"));
  }

  static TestNode enrol(TestCloud cloud, String path) throws IOException, InterruptedException {
    var keys = keys();
    var request = enrolment(cloud, path, keys);
    var response =
        cloud.send(
            cloud.client(Optional.empty()),
            cloud.request("/node/v1/enrol").POST(TestCloud.json(Json.write(request))));
    var enrolled = Json.mapper().readValue(response.body(), ObjectNode.class);
    try {
      var certificate = TestCloud.certificate(enrolled.path("certificate").asText());
      return new TestNode(
          cloud,
          path,
          CacheNodeId.of(request.path("cacheNodeId").asText()),
          enrolled,
          new Identity(keys.getPrivate(), certificate));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** One that says that all is well. */
  static NodeReport report(Optional<NodeEvents> events) {
    return new NodeReport(
        "1.1",
        "1.0.0",
        1,
        new NodeReport.Status(200, ""),
        new NodeReport.Platform("linux", "amd64", "20.10"),
        Map.of(),
        Map.of(),
        Instant.EPOCH,
        Optional.of(300),
        events);
  }

  HttpClient client() throws IOException {
    return cloud.client(Optional.of(identity));
  }

  HttpResponse<byte[]> manifest(HttpClient client, String etag, int wait)
      throws IOException, InterruptedException {
    var request = cloud.request("/node/v1/manifest").header("Prefer", "wait=" + wait);
    if (!etag.isEmpty()) {
      request.header("If-None-Match", etag);
    }
    return cloud.send(client, request.GET());
  }

  HttpResponse<byte[]> report(String body) throws IOException, InterruptedException {
    return cloud.send(client(), cloud.request("/node/v1/report").PUT(TestCloud.json(body)));
  }
}
