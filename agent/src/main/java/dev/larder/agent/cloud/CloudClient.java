package dev.larder.agent.cloud;

import static java.util.Objects.requireNonNull;

import dev.larder.common.json.Json;
import dev.larder.common.report.NodeReport;
import dev.larder.common.trust.ManifestSignature;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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

  private final CloudHttp http;

  public CloudClient(URI cloud, Optional<URI> proxy, SSLContext tls) {
    this.http = new CloudHttp(cloud, proxy, tls);
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
  public record Fetched(String text, String etag, String signature) {}

  /** Spends the registration key for a certificate. */
  public Enrolled enrol(Enrolment enrolment) throws CloudException, InterruptedException {
    var request =
        http.request("/node/v1/enrol", CALL)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(Json.writeBytes(enrolment)))
            .build();
    var response = http.send(request);
    if (response.statusCode() != OK) {
      throw CloudHttp.refused(response);
    }
    try {
      return Json.mapper().readValue(response.body(), Enrolled.class);
    } catch (IOException e) {
      throw new CloudException(
          CloudException.Kind.REFUSED, "The cloud's answer to the enrolment cannot be read", e);
    }
  }

  /** Waits for a manifest other than the one with this ETag; empty when none came in time. */
  public Optional<Fetched> manifest(String etag) throws CloudException, InterruptedException {
    var request =
        http.request("/node/v1/manifest", POLL).header("Prefer", "wait=" + WAIT.toSeconds());
    if (!etag.isEmpty()) {
      request.header("If-None-Match", etag);
    }
    var response = http.send(request.build());
    return switch (response.statusCode()) {
      case NOT_MODIFIED -> Optional.empty();
      case OK ->
          Optional.of(
              new Fetched(
                  new String(response.body(), StandardCharsets.UTF_8),
                  response.headers().firstValue("ETag").orElse(""),
                  response.headers().firstValue(ManifestSignature.HEADER).orElse("")));
      default -> throw CloudHttp.refused(response);
    };
  }

  public void report(NodeReport report) throws CloudException, InterruptedException {
    var request =
        http.request("/node/v1/report", CALL)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofByteArray(Json.writeBytes(report)))
            .build();
    var response = http.send(request);
    if (response.statusCode() != NO_CONTENT) {
      throw CloudHttp.refused(response);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
