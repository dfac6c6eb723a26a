package dev.larder.agent.operator;

import dev.larder.agent.check.Observation;
import dev.larder.agent.check.Observation.Certificate;
import dev.larder.agent.check.Observation.LastGoodTime;
import dev.larder.agent.journal.LastReport;
import dev.larder.agent.journal.ReportJournal;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.time.GoodTime;
import dev.larder.agent.trust.NodePair;
import dev.larder.agent.trust.Pem;
import dev.larder.common.id.ModuleId;
import dev.larder.common.identity.ModuleIdentity;
import dev.larder.common.trust.KeyMatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at certificates, and at the clock by what was signed and sent before. */
final class TrustProbes {
  private static final String DEPLOY =
      "run the deploy command of the node's Deployment tab in the portal";

  private final NodeFiles files;
  private final InstantSource clock;

  TrustProbes(NodeFiles files, InstantSource clock) {
    this.files = files;
    this.clock = clock;
  }

  List<Probe> probes() {
    var probes = new ArrayList<Probe>();
    probes.add(new Probe("certificate", this::node));
    probes.add(
        certificate(
            "the authority of the node's modules",
            files.authorityCertificate(),
            files.authorityKey(),
            DEPLOY + " after removing the node with uninstall.sh keepcache=true"));
    probes.add(
        new Probe(
            "certificate", () -> List.of(seen("the cloud's authority", cloudCa(), true, DEPLOY))));
    var hub = files.identity(ModuleId.HUB);
    var server = hub.resolve(ModuleIdentity.SERVER_CERTIFICATE);
    if (Files.exists(server)) {
      probes.add(
          certificate(
              "the hub's server certificate",
              server,
              hub.resolve(ModuleIdentity.SERVER_KEY),
              "let the agent renew it: restart edgeAgent"));
    }
    probes.add(new Probe("clock-last-good", this::lastGood));
    return probes;
  }

  private List<Observation> node() {
    var what = "the node's certificate";
    try {
      return List.of(seen(what, NodePair.read(files).certificate(), true, DEPLOY));
    } catch (IOException e) {
      return List.of(new Observation.Broken("certificate", what + ": " + e.getMessage(), DEPLOY));
    }
  }

  private Probe certificate(String what, Path file, Path key, String mend) {
    return new Probe(
        "certificate",
        () -> {
          try {
            var certificate = Pem.certificates(Files.readString(file)).getFirst();
            var matches = KeyMatch.matches(Pem.key(Files.readString(key)), certificate);
            return List.of(seen(what, certificate, matches, mend));
          } catch (IOException | GeneralSecurityException e) {
            return List.of(
                new Observation.Broken("certificate", what + " cannot be read: " + e, mend));
          }
        });
  }

  private X509Certificate cloudCa() throws IOException, GeneralSecurityException {
    return Pem.certificates(Files.readString(files.cloudCa())).getFirst();
  }

  private Certificate seen(
      String what, X509Certificate certificate, boolean matchesKey, String mend) {
    return new Certificate(
        what,
        certificate.getNotBefore().toInstant(),
        certificate.getNotAfter().toInstant(),
        matchesKey,
        GoodTime.atLeast(files, clock.instant()),
        mend);
  }

  /** The cloud made the certificate at a time that was, told another, took a report at a third. */
  private List<Observation> lastGood() throws IOException, GeneralSecurityException {
    Instant made = NodePair.read(files).certificate().getNotBefore().toInstant();
    var kept = GoodTime.atLeast(files, made);
    var taken = ReportJournal.read(files).flatMap(LastReport::takenAt);
    Optional<Instant> later = taken.filter(at -> at.isAfter(kept));
    return List.of(new LastGoodTime(later.orElse(kept), clock.instant()));
  }
}
