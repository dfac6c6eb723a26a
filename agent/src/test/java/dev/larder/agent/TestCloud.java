package dev.larder.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.larder.agent.cloud.CloudTls;
import dev.larder.agent.cloud.CloudTls.NodeCertificate;
import dev.larder.agent.trust.Authority;
import dev.larder.agent.trust.NodeKey;
import dev.larder.agent.trust.Pem;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.NodeManifest;
import dev.larder.common.report.NodeReport;
import dev.larder.common.trust.ManifestSignature;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** A cloud with one node, over real TLS: spends a registration key, holds polls, keeps reports. */
public final class TestCloud implements AutoCloseable {
  public static final String REGISTRATION_KEY = "registration-key-of-the-test";

  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final CacheNodeId node = new CacheNodeId(UUID.randomUUID());
  private final Authority authority;
  private final KeyPair manifestKey;
  private final HttpsServer server;
  private boolean isKeySpent;
  private byte[] manifest = new byte[0];
  private String signature = "";
  private long version;
  private Optional<NodeReport> report = Optional.empty();

  public TestCloud() throws IOException, GeneralSecurityException {
    authority = Authority.create("test cloud", Instant.now());
    manifestKey = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    var pair = NodeKey.generate();
    var certificate = authority.server(pair.getPublic(), List.of("localhost"), Instant.now());
    var tls =
        CloudTls.context(
            List.of(authority.certificate()),
            Optional.of(new NodeCertificate(pair.getPrivate(), List.of(certificate))));
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(tls) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters wanted = tls.getDefaultSSLParameters();
            wanted.setWantClientAuth(true);
            parameters.setSSLParameters(wanted);
          }
        });
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/node/v1/enrol", this::enrol);
    server.createContext("/node/v1/manifest", this::manifest);
    server.createContext("/node/v1/report", this::report);
    server.start();
  }

  public CacheNodeId node() {
    return node;
  }

  /** The JSON for the enrol command. */
  public ObjectNode request(String instance, String dataDir) throws GeneralSecurityException {
    return Json.object()
        .put("cloudUrl", "https://localhost:" + server.getAddress().getPort())
        .put("customerId", UUID.randomUUID().toString())
        .put("cacheNodeId", node.toString())
        .put("customerKey", "customer-key-of-the-test")
        .put("registrationKey", REGISTRATION_KEY)
        .put("instance", instance)
        .put("dataDir", dataDir)
        .put("cloudCa", Pem.write(authority.certificate()));
  }

  /** Offers a manifest with these desired properties; returns its version. */
  public long offer(ObjectNode desired) {
    return offer(desired, manifestKey);
  }

  public synchronized long offer(ObjectNode desired, KeyPair signer) {
    version++;
    manifest = NodeManifest.write(node, version, desired);
    signature = ManifestSignature.sign(signer.getPrivate(), manifest);
    notifyAll();
    return version;
  }

  /** Waits for a report that is as wanted, and fails with the last one when it does not come. */
  public synchronized NodeReport awaitReport(Predicate<NodeReport> wanted)
      throws InterruptedException {
    var until = Instant.now().plus(PATIENCE);
    while (!report.map(wanted::test).orElse(false)) {
      var left = Duration.between(Instant.now(), until).toMillis();
      if (left <= 0) {
        throw new AssertionError("No such report; the last is " + report.map(Json::write));
      }
      wait(left);
    }
    return report.orElseThrow();
  }

  private synchronized void enrol(HttpExchange exchange) throws IOException {
    var request = Json.mapper().readTree(exchange.getRequestBody());
    if (isKeySpent || !request.path("registrationKey").asText().equals(REGISTRATION_KEY)) {
      var problem =
          Json.object()
              .put("title", "Registration key spent")
              .put("detail", "copy the new command from the portal's Deployment tab");
      answer(exchange, 409, problem.toString());
      return;
    }
    isKeySpent = true;
    try {
      var csr = request.path("csr").asText().replaceAll("-----[A-Z ]+-----|\\s", "");
      var key = new JcaPKCS10CertificationRequest(Base64.getDecoder().decode(csr)).getPublicKey();
      var answer =
          Json.object()
              .put("certificate", Pem.write(TestCertificates.client(authority, key, node)))
              .put("ca", Pem.write(authority.certificate()))
              .put("nodeName", "test-node")
              .put("mqttHost", "localhost")
              .put("mqttPort", 8883);
      answer.putArray("manifestKeys").add(ManifestSignature.encode(manifestKey.getPublic()));
      answer(exchange, 200, answer.toString());
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private boolean isNode(HttpExchange exchange) throws IOException {
    try {
      var principal = ((HttpsExchange) exchange).getSSLSession().getPeerPrincipal();
      return principal.getName().contains("CN=" + node);
    } catch (SSLPeerUnverifiedException _) {
      answer(exchange, 401, "{}");
      return false;
    }
  }

  private void manifest(HttpExchange exchange) throws IOException {
    if (!isNode(exchange)) {
      return;
    }
    var known = exchange.getRequestHeaders().getFirst("If-None-Match");
    synchronized (this) {
      try {
        var until = Instant.now().plusSeconds(20);
        while (etag().equals(known == null ? etag(new byte[0]) : known)
            && Instant.now().isBefore(until)) {
          wait(1000);
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      exchange.getResponseHeaders().set("ETag", etag());
      exchange.getResponseHeaders().set(ManifestSignature.HEADER, signature);
      if (etag().equals(known) || manifest.length == 0) {
        exchange.sendResponseHeaders(304, -1);
        exchange.close();
      } else {
        answer(exchange, 200, new String(manifest, StandardCharsets.UTF_8));
      }
    }
  }

  private String etag() {
    return etag((version + signature).getBytes(StandardCharsets.UTF_8));
  }

  private static String etag(byte[] content) {
    return "\"" + HexFormat.of().toHexDigits(Arrays.hashCode(content)) + "\"";
  }

  private void report(HttpExchange exchange) throws IOException {
    if (!isNode(exchange)) {
      return;
    }
    synchronized (this) {
      report =
          Optional.of(
              Json.mapper().readValue(exchange.getRequestBody().readAllBytes(), NodeReport.class));
      notifyAll();
    }
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    try (exchange) {
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
