package dev.larder.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.larder.agent.trust.Authority;
import dev.larder.agent.trust.NodeKey;
import dev.larder.agent.trust.Pem;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.NodeManifest;
import dev.larder.common.report.NodeEvents;
import dev.larder.common.report.NodeReport;
import dev.larder.common.topic.DirectMethod;
import dev.larder.common.trust.ManifestSignature;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** A cloud with one node, over real TLS: spends a registration key, holds polls, keeps reports. */
public final class TestCloud implements AutoCloseable {
  public static final String REGISTRATION_KEY = "registration-key-of-the-test";

  /** Of the certificate that enrolment gives. */
  public static final Duration FIRST_LIFE = Duration.ofHours(1);

  /** Of each that renewal gives. */
  public static final Duration RENEWED_LIFE = Duration.ofDays(90);

  /** What becomes of a node's request to renew its certificate. */
  public enum Renewals {
    ANSWERED,
    REFUSED,
    ANSWER_LOST
  }

  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final CacheNodeId node = new CacheNodeId(UUID.randomUUID());
  private final Authority authority;
  private final String ca;
  private final KeyPair manifestKey;
  private final HttpsServer server;
  private final HeldPolls polls = new HeldPolls();
  private final HandedMethods methods = new HandedMethods();
  private boolean isKeySpent;
  private final Set<PublicKey> nodeKeys = ConcurrentHashMap.newKeySet();
  private byte[] manifest = new byte[0];
  private String signature = "";
  private long version;
  private Optional<NodeReport> report = Optional.empty();
  private Optional<NodeEvents> events = Optional.empty();
  private boolean isRefusingReports;
  private boolean isLosingReportAnswers;
  private Renewals renewals = Renewals.ANSWERED;
  private final List<X509Certificate> shown = new CopyOnWriteArrayList<>();
  private final List<String> proxyLogins = new CopyOnWriteArrayList<>();

  public TestCloud() throws IOException, GeneralSecurityException {
    authority = Authority.create("test cloud", Instant.now());
    ca = Pem.write(authority.certificate());
    manifestKey = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    var pair = NodeKey.generate();
    var certificate =
        authority.server(pair.getPublic(), List.of("localhost", TestProxy.CLOUD), Instant.now());
    var tls = TestCertificates.tls(authority, pair, certificate);
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
    server.createContext("/node/v1/certificate", this::renew);
    server.createContext("/node/v1/manifest", this::manifest);
    server.createContext("/node/v1/report", this::report);
    server.createContext("/node/v1/methods", this::methods);
    server.start();
  }

  public CacheNodeId node() {
    return node;
  }

  /** The JSON for the enrol command. */
  public ObjectNode request(String instance, String dataDir) {
    return Json.object()
        .put("cloudUrl", "https://localhost:" + server.getAddress().getPort())
        .put("customerId", UUID.randomUUID().toString())
        .put("cacheNodeId", node.toString())
        .put("customerKey", "customer-key-of-the-test")
        .put("registrationKey", REGISTRATION_KEY)
        .put("instance", instance)
        .put("dataDir", dataDir)
        .put("cloudCa", ca);
  }

  /** As the portal does after a deploy: the registration key can be spent once more. */
  public synchronized void newKey() {
    isKeySpent = false;
  }

  /** Offers a manifest with these desired properties; returns its version. */
  public long offer(ObjectNode desired) {
    return offer(desired, manifestKey);
  }

  public long offer(ObjectNode desired, KeyPair signer) {
    long offered = put(desired, signer);
    polls.wake();
    return offered;
  }

  private synchronized long put(ObjectNode desired, KeyPair signer) {
    version++;
    manifest = NodeManifest.write(node, version, desired);
    signature = ManifestSignature.sign(signer.getPrivate(), manifest);
    return version;
  }

  /** Waits until so many polls are held. */
  public void awaitHeldPolls(int count) throws InterruptedException {
    polls.await(count, PATIENCE);
  }

  /** Answers the polls that are held that there is nothing. */
  public void letGoPolls() {
    polls.letGo();
  }

  /** Waits for a report that is as wanted, and fails with the last one when it does not come. */
  public NodeReport awaitReport(Predicate<NodeReport> wanted) throws InterruptedException {
    return awaitReport(wanted, PATIENCE);
  }

  /** As {@link #awaitReport(Predicate)}, for so long. */
  public synchronized NodeReport awaitReport(Predicate<NodeReport> wanted, Duration atMost)
      throws InterruptedException {
    var until = Instant.now().plus(atMost);
    while (!report.map(wanted::test).orElse(false)) {
      var left = Duration.between(Instant.now(), until).toMillis();
      if (left <= 0) {
        throw new AssertionError("No such report; the last is " + report.map(Json::write));
      }
      wait(left);
    }
    return report.orElseThrow();
  }

  /** As {@link #awaitReport(Predicate)}, of those that come from now on. */
  public synchronized NodeReport awaitNewReport(Predicate<NodeReport> wanted)
      throws InterruptedException {
    report = Optional.empty();
    return awaitReport(wanted);
  }

  /** Refuses reports, or takes them without an answer. */
  public synchronized void reports(boolean refused, boolean answerLost) {
    isRefusingReports = refused;
    isLosingReportAnswers = answerLost;
  }

  /** All events that came, as a cloud keeps them. */
  public synchronized List<NodeEvents.Event> events() {
    return events.map(NodeEvents::list).orElse(List.of());
  }

  public synchronized void renewals(Renewals become) {
    renewals = become;
  }

  /** What was meant for a proxy and came here. */
  public List<String> proxyLogins() {
    return List.copyOf(proxyLogins);
  }

  private void noteProxyLogin(HttpExchange exchange) {
    proxyLogins.addAll(exchange.getRequestHeaders().getOrDefault("Proxy-Authorization", List.of()));
  }

  /** The certificate of the node that came last. */
  public X509Certificate lastShown() {
    return shown.getLast();
  }

  private synchronized void enrol(HttpExchange exchange) throws IOException {
    noteProxyLogin(exchange);
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
    nodeKeys.clear();
    var answer =
        Json.object()
            .put("certificate", certificate(request, FIRST_LIFE))
            .put("ca", ca)
            .put("nodeName", "test-node")
            .put("mqttHost", "localhost")
            // No MQTT is spoken here; the port answers TLS.
            .put("mqttPort", server.getAddress().getPort());
    answer.putArray("manifestKeys").add(ManifestSignature.encode(manifestKey.getPublic()));
    answer(exchange, 200, answer.toString());
  }

  /** Asks the agent by a direct method, and fails when it does not answer. */
  public DirectMethod.Response ask(String name, String payload) throws Exception {
    var json = Json.mapper().readTree(payload.replace('\'', '"'));
    return hand(name, json, PATIENCE).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Has a direct method for the agent, which may take so long. */
  public CompletableFuture<DirectMethod.Response> hand(
      String name, JsonNode payload, Duration responseTimeout) {
    var answer = methods.add(name, payload, responseTimeout);
    polls.wake();
    return answer;
  }

  private void methods(HttpExchange exchange) throws IOException {
    if (!isNode(exchange)) {
      return;
    }
    if (exchange.getRequestMethod().equals("GET")) {
      hold(exchange);
      return;
    }
    var path = exchange.getRequestURI().getPath();
    var asked = methods.asked(path.substring(path.lastIndexOf('/') + 1));
    var body = exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(asked.isPresent() ? 204 : 404, -1);
    exchange.close();
    if (asked.isPresent()) {
      asked.get().complete(Json.mapper().readValue(body, DirectMethod.Response.class));
    }
  }

  private void hold(HttpExchange exchange) throws IOException {
    polls.hold(() -> !methods.isEmpty());
    var method = methods.next();
    if (method.isPresent()) {
      answer(exchange, 200, Json.write(method.get()));
      return;
    }
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
  }

  private String certificate(JsonNode request, Duration life) throws IOException {
    var csr = request.path("csr").asText().replaceAll("-----[A-Z ]+-----|\\s", "");
    try {
      var key = new JcaPKCS10CertificationRequest(Base64.getDecoder().decode(csr)).getPublicKey();
      nodeKeys.add(key);
      return Pem.write(TestCertificates.client(authority, key, node, life));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private synchronized void renew(HttpExchange exchange) throws IOException {
    if (!isNode(exchange)) {
      return;
    }
    var request = Json.mapper().readTree(exchange.getRequestBody());
    switch (renewals) {
      case REFUSED -> answer(exchange, 503, "{\"detail\": \"not now\"}");
      case ANSWER_LOST -> exchange.close();
      case ANSWERED -> {
        var answer = Json.object().put("certificate", certificate(request, RENEWED_LIFE));
        answer(exchange, 200, answer.toString());
      }
    }
  }

  private boolean isNode(HttpExchange exchange) throws IOException {
    noteProxyLogin(exchange);
    try {
      var session = ((HttpsExchange) exchange).getSSLSession();
      var certificate = (X509Certificate) session.getPeerCertificates()[0];
      shown.add(certificate);
      // Those since the last enrolment.
      if (nodeKeys.contains(certificate.getPublicKey())) {
        return session.getPeerPrincipal().getName().contains("CN=" + node);
      }
    } catch (SSLPeerUnverifiedException _) {
      // Answered below.
    }
    answer(exchange, 401, "{\"detail\": \"This certificate has been replaced\"}");
    return false;
  }

  private void manifest(HttpExchange exchange) throws IOException {
    if (!isNode(exchange)) {
      return;
    }
    var known = exchange.getRequestHeaders().getFirst("If-None-Match");
    polls.hold(() -> !etag().equals(known));
    synchronized (this) {
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

  private synchronized String etag() {
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
      var read =
          Json.mapper().readValue(exchange.getRequestBody().readAllBytes(), NodeReport.class);
      if (isRefusingReports) {
        answer(exchange, 503, "{}");
        return;
      }
      report = Optional.of(read);
      read.events()
          .ifPresent(come -> events = Optional.of(events.map(k -> k.and(come)).orElse(come)));
      notifyAll();
      if (isLosingReportAnswers) {
        exchange.close();
        return;
      }
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
