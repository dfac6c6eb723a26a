package dev.larder.agent.cloud;

import static java.util.Objects.requireNonNull;

import dev.larder.agent.proxy.HttpProxy;
import dev.larder.common.json.Json;
import dev.larder.common.report.NodeReport;
import dev.larder.common.topic.DirectMethod;
import dev.larder.common.trust.ManifestSignature;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** The node's endpoints of the cloud. */
public final class CloudClient implements AutoCloseable {
  /** How long the cloud is asked to hold a poll open. */
  static final Duration WAIT = Duration.ofSeconds(55);

  private static final Duration POLL = WAIT.plusSeconds(20);
  private static final Duration CALL = Duration.ofSeconds(20);
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  private final URI cloud;
  private final Optional<HttpProxy> proxy;
  private final Dates dates;
  private volatile CloudHttp http;

  public CloudClient(URI cloud, Optional<HttpProxy> proxy, SSLContext tls) {
    this(cloud, proxy, tls, (_, _) -> {});
  }

  /** Learns what time the cloud says it is. */
  @FunctionalInterface
  public interface Dates {
    /**
     * Called at each of the cloud's answers.
     *
     * @param end of the certificate that the answer came by
     */
    void told(Instant time, Instant end);
  }

  /** Connects when it is first asked. */
  public CloudClient(URI cloud, Optional<HttpProxy> proxy, SSLContext tls, Dates dates) {
    this.cloud = cloud;
    this.proxy = proxy;
    this.dates = dates;
    this.http = new CloudHttp(cloud, proxy, tls, dates);
  }

  /**
   * From now on every new request goes over a connection of this; those under way end as before.
   */
  public void use(SSLContext tls) {
    var former = http;
    http = new CloudHttp(cloud, proxy, tls, dates);
    former.retire(POLL);
  }

  /**
   * What the cloud hands a node at enrolment.
   *
   * @param certificate the node's, PEM
   * @param ca the cloud's authority, PEM
   */
  public record Enrolled(
      String certificate,
      String ca,
      List<String> manifestKeys,
      String nodeName,
      String mqttHost,
      int mqttPort) {
    public Enrolled {
      requireNonNull(certificate, "certificate");
      requireNonNull(ca, "ca");
      requireNonNull(nodeName, "nodeName");
      requireNonNull(mqttHost, "mqttHost");
      manifestKeys = List.copyOf(manifestKeys);
    }
  }

  /**
   * What a machine shows to become a node.
   *
   * @param csr PEM
   */
  public record Enrolment(
      String customerId,
      String cacheNodeId,
      String customerKey,
      String registrationKey,
      String csr,
      String agentVersion) {
    /** Without the two keys. */
    @Override
    public String toString() {
      return "Enrolment[" + cacheNodeId + "]";
    }
  }

  /** A manifest as it came, not judged yet. */
  public record Fetched(String text, String etag, String signature) {
    static Fetched of(HttpResponse<byte[]> response) {
      return new Fetched(
          new String(response.body(), StandardCharsets.UTF_8),
          response.headers().firstValue("ETag").orElse(""),
          response.headers().firstValue(ManifestSignature.HEADER).orElse(""));
    }

    /** Whether it is signed by one of these. */
    public boolean isBy(List<PublicKey> keys) {
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      return keys.stream().anyMatch(key -> ManifestSignature.verify(key, bytes, signature));
    }
  }

  /** Spends the registration key for a certificate. */
  public Enrolled enrol(Enrolment enrolment) throws CloudException, InterruptedException {
    return post("/node/v1/enrol", enrolment, Enrolled.class);
  }

  /**
   * Asks for a new certificate in exchange for the one of this connection.
   *
   * @param csr PEM, for a new key
   * @return PEM
   */
  public String renew(String csr) throws CloudException, InterruptedException {
    return post("/node/v1/certificate", new Request(csr), Renewed.class).certificate();
  }

  private record Request(String csr) {}

  /**
   * What the cloud hands a node for the certificate that it shows.
   *
   * @param certificate PEM
   */
  public record Renewed(String certificate) {
    public Renewed {
      requireNonNull(certificate, "certificate");
    }
  }

  private <T> T post(String path, Object body, Class<T> answer)
      throws CloudException, InterruptedException {
    var way = http;
    var request =
        way.request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(Json.writeBytes(body)))
            .build();
    var response = way.send(request, CALL);
    if (response.statusCode() != OK) {
      throw CloudHttp.refused(response);
    }
    try {
      return Json.mapper().readValue(response.body(), answer);
    } catch (IOException e) {
      throw new CloudException(
          CloudException.Kind.REFUSED, "The cloud's answer to " + path + " cannot be read", e);
    }
  }

  /** Waits for a manifest other than the one with this ETag; empty when none came in time. */
  public Optional<Fetched> manifest(String etag) throws CloudException, InterruptedException {
    var way = http;
    var request = way.request("/node/v1/manifest").header("Prefer", "wait=" + WAIT.toSeconds());
    if (!etag.isEmpty()) {
      request.header("If-None-Match", etag);
    }
    var response = way.send(request.build(), POLL);
    return switch (response.statusCode()) {
      case NOT_MODIFIED -> Optional.empty();
      case OK -> Optional.of(Fetched.of(response));
      default -> throw CloudHttp.refused(response);
    };
  }

  public void report(NodeReport report) throws CloudException, InterruptedException {
    var way = http;
    var request =
        way.request("/node/v1/report")
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofByteArray(Json.writeBytes(report)))
            .build();
    var response = way.send(request, CALL);
    if (response.statusCode() != NO_CONTENT) {
      throw CloudHttp.refused(response);
    }
  }

  /** Waits for a direct method; empty when none came in time. Each comes once. */
  public Optional<DirectMethod.Handed> nextMethod() throws CloudException, InterruptedException {
    var way = http;
    var request = way.request("/node/v1/methods").header("Prefer", "wait=" + WAIT.toSeconds());
    var response = way.send(request.build(), POLL);
    return switch (response.statusCode()) {
      case NO_CONTENT -> Optional.empty();
      case OK -> Optional.of(handed(response.body()));
      default -> throw CloudHttp.refused(response);
    };
  }

  private static DirectMethod.Handed handed(byte[] body) throws CloudException {
    try {
      return Json.mapper().readValue(body, DirectMethod.Handed.class);
    } catch (IOException e) {
      throw new CloudException(
          CloudException.Kind.REFUSED, "The cloud's direct method cannot be read", e);
    }
  }

  /** Says what came of a direct method. */
  public void answerMethod(String requestId, DirectMethod.Response answer)
      throws CloudException, InterruptedException {
    var path = "/node/v1/methods/" + URLEncoder.encode(requestId, StandardCharsets.UTF_8);
    var way = http;
    var request =
        way.request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(Json.writeBytes(answer)))
            .build();
    var response = way.send(request, CALL);
    if (response.statusCode() != NO_CONTENT) {
      throw CloudHttp.refused(response);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
