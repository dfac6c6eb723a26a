package dev.larder.cloud.fleet;

import dev.larder.cloud.access.AttemptLimit;
import dev.larder.cloud.access.Secrets;
import dev.larder.cloud.authority.CertificateAuthority;
import dev.larder.cloud.authority.NodeCertificate;
import dev.larder.cloud.refusal.Refusal;
import dev.larder.cloud.refusal.Refusal.Reason;
import dev.larder.cloud.store.Database;
import dev.larder.cloud.store.NodeRow;
import dev.larder.cloud.store.Transaction;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import dev.larder.common.id.Name;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a one-time registration key and a certificate request into a node's client certificate. */
public final class Enrolment {
  private static final Logger log = LoggerFactory.getLogger(Enrolment.class);
  private static final int WRONG_A_MINUTE = 10;

  /** Certificates taken that were given for one and the same, the last. */
  private static final int GIVEN = 8;

  private static final String MEND =
      " Copy the new command from the Deployment tab of the portal and run that.";

  private final Database database;
  private final CertificateAuthority authority;
  private final Signals signals;
  private final Secrets secrets;
  private final Clock clock;
  private final AttemptLimit limit = new AttemptLimit(WRONG_A_MINUTE);

  public Enrolment(
      Database database,
      CertificateAuthority authority,
      Signals signals,
      Secrets secrets,
      Clock clock) {
    this.database = database;
    this.authority = authority;
    this.signals = signals;
    this.secrets = secrets;
    this.clock = clock;
  }

  /** What a node's machine shows of itself; both keys are secrets. */
  public record Request(
      CustomerId customerId,
      CacheNodeId cacheNodeId,
      String customerKey,
      String registrationKey,
      String csr) {
    @Override
    public String toString() {
      return "Request[" + cacheNodeId + "]";
    }
  }

  /** What it gets. */
  public record Enrolled(X509Certificate certificate, Name nodeName) {}

  /** Spends the key. The node's former certificate is no longer taken. */
  public Enrolled enrol(Request request) {
    var now = clock.instant();
    var attempt = request.cacheNodeId().toString();
    if (!limit.allows(attempt, now)) {
      throw new Refusal(
          Reason.TOO_MANY, "Too many wrong keys for this node. Wait a minute, then try again.");
    }
    try {
      var enrolled = database.write(tx -> enrol(tx, request));
      signals.changed(Set.of(request.cacheNodeId()));
      log.atInfo().addKeyValue("node", request.cacheNodeId()).log("node enrolled");
      return enrolled;
    } catch (Refusal refusal) {
      limit.failed(attempt, now);
      log.atWarn()
          .addKeyValue("node", request.cacheNodeId())
          .addKeyValue("reason", refusal.detail())
          .log("enrolment refused");
      throw refusal;
    }
  }

  private Enrolled enrol(Transaction tx, Request request) {
    var node = identified(tx, request);
    var given = request.registrationKey();
    var hash = Secrets.hash(given);
    if (!Secrets.equal(given, node.registrationKey())) {
      throw node.spentKeyHash().filter(hash::equals).isPresent()
          ? spent()
          : new Refusal(Reason.UNKNOWN, "The registration key is not this node's." + MEND);
    }
    var certificate =
        authority.issueNode(request.csr(), node.id(), node.customerId(), clock.instant()).orThrow();
    boolean enrolled =
        tx.nodes()
            .enrol(
                node.id(),
                given,
                hash,
                secrets.make(),
                NodeCertificate.hash(certificate),
                clock.instant());
    if (!enrolled) {
      throw spent();
    }
    tx.twins().forgetReported(node.id());
    return new Enrolled(certificate, node.name());
  }

  /**
   * Gives a node a new certificate for the one that it shows. That one is taken on, and so are the
   * last few that were given for it: an answer that is lost, a node that dies before it has written
   * it down, or a request that comes late costs nothing.
   *
   * @throws Refusal when the certificate is not the node's
   */
  public X509Certificate renew(NodeCertificate shown, String csr) {
    var renewed =
        database.write(tx -> {
          tx.nodes().hold(shown.node());
          var node = NodeLink.authenticate(tx, shown);
          var certificate =
              authority.issueNode(csr, node.id(), node.customerId(), clock.instant()).orThrow();
          tx.nodes()
              .setCertificates(
                  node.id(), shown.hash(), given(node, shown, NodeCertificate.hash(certificate)));
          return certificate;
        });
    log.atInfo()
        .addKeyValue("node", shown.node())
        .addKeyValue("until", renewed.getNotAfter().toInstant())
        .log("certificate renewed");
    return renewed;
  }

  private static List<String> given(NodeRow node, NodeCertificate shown, String next) {
    var before =
        node.certificateHash().filter(shown.hash()::equals).isPresent()
            ? node.renewedHashes()
            : List.<String>of();
    return Stream.concat(
            before.stream().skip(Math.max(0, before.size() - GIVEN + 1)), Stream.of(next))
        .toList();
  }

  private static NodeRow identified(Transaction tx, Request request) {
    var resource = tx.resources().find(request.customerId());
    var node = tx.nodes().find(request.cacheNodeId());
    if (resource.isEmpty()
        || node.isEmpty()
        || !node.get().customerId().equals(request.customerId())
        || !Secrets.equal(request.customerKey(), resource.get().customerKey())) {
      throw new Refusal(
          Reason.UNKNOWN,
          "The customerid, cachenodeid and customerkey do not belong together." + MEND);
    }
    return node.get();
  }

  private static Refusal spent() {
    return new Refusal(
        Reason.CONFLICT, "The registration key has been used; each works once." + MEND);
  }
}
