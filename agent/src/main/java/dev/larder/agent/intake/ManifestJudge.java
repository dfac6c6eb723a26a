package dev.larder.agent.intake;

import dev.larder.agent.intake.Verdict.Accepted;
import dev.larder.agent.intake.Verdict.Refused;
import dev.larder.agent.node.NodeNames;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.NodeManifest;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problem;
import dev.larder.common.problem.Problems;
import dev.larder.common.trust.ManifestSignature;
import java.io.IOException;
import java.security.PublicKey;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Judges the bytes of a manifest: first who signed it, and only then what it says.
 *
 * @param keys that the cloud handed out at enrolment; the signature of any one will do
 */
public record ManifestJudge(List<PublicKey> keys, CacheNodeId node, NodeNames names) {
  private static final int NOT_READABLE = 400;
  private static final int NOT_VERIFIED = 401;
  private static final int SCHEMA = 412;

  public ManifestJudge {
    keys = List.copyOf(keys);
  }

  public Verdict judge(byte[] manifest, String signature) {
    if (keys.stream().noneMatch(key -> ManifestSignature.verify(key, manifest, signature))) {
      return new Refused(
          0,
          NOT_VERIFIED,
          "The manifest's signature is by none of the keys that this node enrolled with;"
              + " what runs stays as it is. If the cloud was set up anew, enrol the node again.");
    }
    return switch (NodeManifest.read(manifest)) {
      case Checked.Invalid<NodeManifest>(var problems) -> refused(version(manifest), problems);
      case Checked.Valid<NodeManifest>(var read) -> judge(read);
    };
  }

  private Verdict judge(NodeManifest manifest) {
    if (!manifest.cacheNodeId().equals(node)) {
      return new Refused(
          manifest.version(),
          NOT_VERIFIED,
          "The manifest is for node " + manifest.cacheNodeId() + "; this is node " + node);
    }
    var problems = new Problems();
    names.clashes(manifest.desired().modules().keySet(), problems);
    return problems.isEmpty()
        ? new Accepted(manifest)
        : refused(manifest.version(), problems.list());
  }

  private static Refused refused(long version, List<Problem> problems) {
    var isSchema = problems.stream().anyMatch(p -> p.path().endsWith(".schemaVersion"));
    return new Refused(
        version,
        isSchema ? SCHEMA : NOT_READABLE,
        problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
  }

  private static long version(byte[] manifest) {
    try {
      return Json.mapper().readTree(manifest).path("version").asLong(0);
    } catch (IOException _) {
      return 0;
    }
  }
}
