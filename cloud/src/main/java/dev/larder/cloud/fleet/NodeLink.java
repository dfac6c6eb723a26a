package dev.larder.cloud.fleet;

import dev.larder.cloud.authority.NodeCertificate;
import dev.larder.cloud.refusal.Refusal;
import dev.larder.cloud.refusal.Refusal.Reason;
import dev.larder.cloud.store.Database;
import dev.larder.cloud.store.NodeRow;
import dev.larder.cloud.store.Transaction;
import dev.larder.cloud.store.TwinTable.Desired;
import dev.larder.common.report.NodeReport;
import dev.larder.common.trust.ManifestSignature;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** What an enrolled node asks and says, known by its certificate. */
public final class NodeLink {
  private static final int ETAG_BYTES = 16;

  private final Database database;
  private final PrivateKey manifestKey;
  private final Clock clock;

  public NodeLink(Database database, PrivateKey manifestKey, Clock clock) {
    this.database = database;
    this.manifestKey = manifestKey;
    this.clock = clock;
  }

  /**
   * A manifest as it is sent.
   *
   * @param etag of these bytes, with its quotes
   * @param signature of these bytes, base64
   */
  // The bytes are what was signed; they are made for one answer and shared with nobody.
  @SuppressWarnings("ArrayRecordComponent")
  public record SignedManifest(byte[] bytes, String etag, String signature) {}

  /** The node, if this certificate is one that it has; a {@link Refusal} when it is not. */
  public NodeRow authenticate(NodeCertificate certificate) {
    return database.read(tx -> authenticate(tx, certificate));
  }

  static NodeRow authenticate(Transaction tx, NodeCertificate certificate) {
    var node =
        tx.nodes()
            .find(certificate.node())
            .orElseThrow(() -> new Refusal(Reason.GONE, "This cache node has been deleted."));
    if (!node.hasCertificate(certificate.hash())) {
      throw new Refusal(
          Reason.UNKNOWN,
          "This certificate has been replaced: the node was deployed again. Uninstall this copy,"
              + " or run a new command from the Deployment tab.");
    }
    return node;
  }

  public SignedManifest manifest(NodeCertificate certificate) {
    var bytes =
        database.read(tx -> {
          var node = authenticate(tx, certificate);
          return tx.manifests().find(node.id()).orElseThrow().bytes();
        });
    return new SignedManifest(bytes, etag(bytes), ManifestSignature.sign(manifestKey, bytes));
  }

  private static String etag(byte[] bytes) {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return '"' + HexFormat.of().formatHex(hash, 0, ETAG_BYTES) + '"';
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The JDK has no SHA-256", e);
    }
  }

  /** Takes a report; of events that come again none is taken twice. */
  public void report(NodeCertificate certificate, NodeReport report) {
    database.write(tx -> {
      var node = authenticate(tx, certificate).id();
      tx.reports().put(node, report.with(Optional.empty()), clock.instant());
      report
          .events()
          .ifPresent(events ->
              tx.reports()
                  .putEvents(
                      node, tx.reports().events(node).map(k -> k.and(events)).orElse(events)));
      return report;
    });
  }

  /** The desired properties of every twin of the node, those that it lost among them. */
  public List<Desired> desired(NodeCertificate certificate) {
    return database.read(tx -> tx.twins().desired(authenticate(tx, certificate).id()));
  }
}
