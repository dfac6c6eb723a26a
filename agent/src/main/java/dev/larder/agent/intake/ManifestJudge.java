package dev.larder.agent.intake;

import dev.larder.agent.intake.Verdict.Accepted;
import dev.larder.agent.intake.Verdict.Refused;
import dev.larder.agent.node.NodeConfig;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.node.NodeNames;
import dev.larder.agent.policy.HostGate;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.NodeManifest;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Cut;
import dev.larder.common.problem.Problem;
import dev.larder.common.trust.ManifestSignature;
import java.io.IOException;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Judges the bytes of a manifest: first who signed it, then what it says, and last whether this
 * host allows what it asks for.
 *
 * @param keys that the cloud handed out at enrolment; the signature of any one will do
 */
public record ManifestJudge(List<PublicKey> keys, CacheNodeId node, HostGate gate) {
  private static final int NOT_READABLE = 400;
  static final int NOT_VERIFIED = 401;
  private static final int NOT_ALLOWED = 403;
  private static final int SCHEMA = 412;

  /** As many, and as much of each, as fit a report that a person reads. */
  private static final int SHOWN = 20;

  private static final int SHOWN_CHARACTERS = 1000;

  public ManifestJudge {
    keys = List.copyOf(keys);
  }

  /**
   * The judge of an enrolled node, by the keys and the host policy on its disk.
   *
   * @param agentImage that this agent's container runs; empty when it is in none
   */
  public static ManifestJudge of(
      NodeFiles files, NodeConfig config, Supplier<Optional<String>> agentImage)
      throws IOException {
    var names = new NodeNames(config.instance());
    return new ManifestJudge(
        files.readManifestKeys(),
        config.cacheNodeId(),
        PolicyFile.read(files, names, config.dataDir(), agentImage));
  }

  /** Judges a manifest that is new to this node. */
  public Verdict judge(byte[] manifest, String signature) {
    var verdict = judgeKept(manifest, signature);
    return verdict instanceof Accepted(var read)
        ? policyProblem(read.version()).<Verdict>map(refused -> refused).orElse(verdict)
        : verdict;
  }

  /** Why nothing new is accepted, if the host policy itself cannot be used. */
  public Optional<Refused> policyProblem(long version) {
    return gate.problems().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Refused(
                version,
                NOT_ALLOWED,
                "This node's host policy cannot be used, so no new manifest is accepted: "
                    + joined(gate.problems())));
  }

  /**
   * Judges a manifest that was accepted before. A policy that has become stricter is held to; one
   * that cannot be read does not take from the node what it ran under the last one.
   */
  public Verdict judgeKept(byte[] manifest, String signature) {
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
    var violations = gate.violations(manifest.desired());
    return violations.isEmpty()
        ? new Accepted(manifest)
        : new Refused(
            manifest.version(),
            NOT_ALLOWED,
            "The manifest asks for what this node's host policy does not allow: "
                + joined(violations));
  }

  private static String joined(List<?> found) {
    var shown =
        found.stream()
            .limit(SHOWN)
            .map(Object::toString)
            .map(text -> Cut.at(SHOWN_CHARACTERS, text));
    return shown.collect(Collectors.joining("; "))
        + (found.size() > SHOWN ? "; and " + (found.size() - SHOWN) + " more" : "");
  }

  private static Refused refused(long version, List<Problem> problems) {
    var isSchema = problems.stream().anyMatch(p -> p.path().endsWith(".schemaVersion"));
    return new Refused(version, isSchema ? SCHEMA : NOT_READABLE, joined(problems));
  }

  private static long version(byte[] manifest) {
    try {
      return Json.mapper().readTree(manifest).path("version").asLong(0);
    } catch (IOException _) {
      return 0;
    }
  }
}
