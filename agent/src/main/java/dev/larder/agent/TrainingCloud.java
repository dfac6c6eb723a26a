package dev.larder.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.larder.agent.cloud.CloudTls;
import dev.larder.agent.cloud.CloudTls.NodeCertificate;
import dev.larder.agent.trust.Authority;
import dev.larder.agent.trust.NodeKey;
import dev.larder.agent.trust.Pem;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.NodeManifest;
import dev.larder.common.trust.ManifestSignature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** The cloud of {@link Training}: enrols anybody, has one manifest, takes every report. */
final class TrainingCloud implements AutoCloseable {
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  private final CacheNodeId node;
  private final InstantSource clock;
  private final Runnable reported;
  private final Authority authority;
  private final KeyPair manifestKey;
  private final HttpsServer server;

  TrainingCloud(CacheNodeId node, InstantSource clock, Runnable reported)
      throws IOException, GeneralSecurityException {
    this.node = node;
    this.clock = clock;
    this.reported = reported;
    authority = Authority.create("training", clock.instant());
    manifestKey = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    server = cloud();
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** PEM. */
  String authority() throws GeneralSecurityException {
    return Pem.write(authority.certificate());
  }

  private HttpsServer cloud() throws IOException, GeneralSecurityException {
    var pair = NodeKey.generate();
    var certificate = authority.server(pair.getPublic(), List.of("localhost"), clock.instant());
    var server = HttpsServer.create(Training.loopback(), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(
            CloudTls.context(
                List.of(authority.certificate()),
                Optional.of(new NodeCertificate(pair.getPrivate(), List.of(certificate))))));
    server.createContext("/node/v1/enrol", this::enrol);
    server.createContext("/node/v1/manifest", this::manifest);
    server.createContext("/node/v1/report", this::report);
    server.createContext("/node/v1/methods", TrainingCloud::noMethod);
    return server;
  }

  private void enrol(HttpExchange exchange) throws IOException {
    var request = Json.mapper().readTree(exchange.getRequestBody());
    try {
      var csr = publicKey(request.path("csr").asText());
      var answer =
          Json.object()
              .put(
                  "certificate",
                  Pem.write(authority.server(csr, List.of(node.toString()), clock.instant())))
              .put("ca", Pem.write(authority.certificate()))
              .put("nodeName", "training")
              .put("mqttHost", "localhost")
              .put("mqttPort", 1);
      answer.putArray("manifestKeys").add(ManifestSignature.encode(manifestKey.getPublic()));
      Training.answer(exchange, OK, answer.toString());
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private void manifest(HttpExchange exchange) throws IOException {
    if (exchange.getRequestHeaders().containsKey("If-None-Match")) {
      exchange.sendResponseHeaders(NOT_MODIFIED, -1);
      exchange.close();
      return;
    }
    var desired =
        Json.mapper()
            .readTree(
                """
                {"schemaVersion": "1.1", "runtime": {"type": "docker"},
                 "systemModules": {
                   "edgeAgent": {"type": "docker", "settings": {"image": "larder-agent:1"}},
                   "edgeHub": {"type": "docker", "settings": {"image": "larder-hub:1",
                     "createOptions": {"HostConfig": {"Binds": ["hub-data:/data"]}}}}}}
                """);
    var bytes = NodeManifest.write(node, 1, (ObjectNode) desired);
    exchange.getResponseHeaders().set("ETag", "\"1\"");
    exchange
        .getResponseHeaders()
        .set(ManifestSignature.HEADER, ManifestSignature.sign(manifestKey.getPrivate(), bytes));
    Training.answer(exchange, OK, new String(bytes, StandardCharsets.UTF_8));
  }

  private void report(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(NO_CONTENT, -1);
    exchange.close();
    reported.run();
  }

  private static void noMethod(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(NO_CONTENT, -1);
    exchange.close();
  }

  private static PublicKey publicKey(String csr) throws GeneralSecurityException, IOException {
    var base64 = csr.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    return new JcaPKCS10CertificationRequest(Base64.getDecoder().decode(base64)).getPublicKey();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
