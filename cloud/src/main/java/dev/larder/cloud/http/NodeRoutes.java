package dev.larder.cloud.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.larder.cloud.authority.CertificateAuthority;
import dev.larder.cloud.authority.NodeCertificate;
import dev.larder.cloud.authority.Pem;
import dev.larder.cloud.configuration.Fields;
import dev.larder.cloud.fleet.Enrolment;
import dev.larder.cloud.fleet.NodeLink;
import dev.larder.cloud.refusal.Refusal;
import dev.larder.cloud.refusal.Refusal.Reason;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import dev.larder.common.json.Json;
import dev.larder.common.problem.ProblemException;
import dev.larder.common.problem.Problems;
import dev.larder.common.report.NodeReport;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.function.Function;

/** What a node's agent calls, but for the held request for its manifest. */
final class NodeRoutes {
  private static final ObjectReader REPORT =
      Json.mapper()
          .readerFor(NodeReport.class)
          .with(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);
  private static final String CSR = "send a PEM certificate request";
  private static final String COPY = "copy the command of the portal's Deployment tab";

  private final Enrolment enrolment;
  private final NodeLink link;
  private final CertificateAuthority authority;
  private final Handout handout;

  /**
   * What every node is told when it enrols.
   *
   * @param manifestKey base64 of the Ed25519 key that signs manifests
   */
  record Handout(String manifestKey, String mqttHost, int mqttPort) {}

  NodeRoutes(Enrolment enrolment, NodeLink link, CertificateAuthority authority, Handout handout) {
    this.enrolment = enrolment;
    this.link = link;
    this.authority = authority;
    this.handout = handout;
  }

  void add(Api api) {
    api.open(HttpMethod.POST, "/node/v1/enrol", this::enrol);
    api.open(HttpMethod.POST, "/node/v1/certificate", this::renew);
    api.open(HttpMethod.PUT, "/node/v1/report", this::report);
  }

  private Answer enrol(Call call) throws GeneralSecurityException {
    var problems = new Problems();
    var fields = Fields.of(call.json(), problems);
    var customer = id(fields, "customerId", CustomerId::of);
    var node = id(fields, "cacheNodeId", CacheNodeId::of);
    var customerKey = fields.required("customerKey", COPY);
    var registrationKey = fields.required("registrationKey", COPY);
    var csr = fields.required("csr", CSR);
    if (!problems.isEmpty()) {
      throw new ProblemException(problems.list());
    }
    var enrolled =
        enrolment.enrol(
            new Enrolment.Request(
                customer.orElseThrow(),
                node.orElseThrow(),
                customerKey.orElseThrow(),
                registrationKey.orElseThrow(),
                csr.orElseThrow()));
    var answer =
        Json.object()
            .put("certificate", Pem.write(enrolled.certificate()))
            .put("ca", authority.pem())
            .put("nodeName", enrolled.nodeName().value())
            .put("mqttHost", handout.mqttHost())
            .put("mqttPort", handout.mqttPort());
    answer.putArray("manifestKeys").add(handout.manifestKey());
    return Answer.ok(answer);
  }

  private Answer renew(Call call) throws GeneralSecurityException {
    var shown = certificate(call.certificate());
    link.authenticate(shown);
    var problems = new Problems();
    var csr = Fields.of(call.json(), problems).required("csr", CSR);
    if (!problems.isEmpty()) {
      throw new ProblemException(problems.list());
    }
    var renewed = enrolment.renew(shown, csr.orElseThrow());
    return Answer.ok(Json.object().put("certificate", Pem.write(renewed)));
  }

  private static <T> Optional<T> id(Fields fields, String field, Function<String, T> reader) {
    return fields
        .required(field, COPY)
        .flatMap(text -> {
          try {
            return Optional.of(reader.apply(text));
          } catch (IllegalArgumentException _) {
            fields.add(field, "is no UUID", COPY);
            return Optional.empty();
          }
        });
  }

  private Answer report(Call call) throws IOException {
    var certificate = certificate(call.certificate());
    // Before the body is parsed, which may be large.
    link.authenticate(certificate);
    NodeReport report;
    try {
      report = REPORT.readValue(call.body());
    } catch (JsonProcessingException e) {
      throw new ProblemException(
          "", "is no report: " + cause(e), "send a whole NodeReport of openapi.yaml");
    }
    link.report(certificate, report);
    return Answer.noContent();
  }

  /** Jackson's words, without its advice to programmers. */
  private static String cause(JsonProcessingException e) {
    return e.getOriginalMessage().split(" \\(index| \\(class|; ", 2)[0];
  }

  static NodeCertificate certificate(Optional<NodeCertificate> shown) {
    return shown.orElseThrow(() ->
        new Refusal(
            Reason.UNKNOWN,
            "Show the client certificate that enrolment gave to this node's agent."));
  }
}
