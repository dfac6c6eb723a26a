package dev.larder.agent.intake;

import dev.larder.agent.intake.ManifestFiles.Kept;
import dev.larder.agent.node.NodeFiles;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The manifest in force, on disk, so that a node boots with no cloud. It is verified again when it
 * is read.
 */
public final class LastGood {
  private static final Logger log = LoggerFactory.getLogger(LastGood.class);

  private final ManifestFiles files;
  private final ManifestJudge judge;

  public LastGood(NodeFiles files, ManifestJudge judge) {
    this.files = new ManifestFiles(files);
    this.judge = judge;
  }

  /** Keeps an accepted manifest. */
  public void keep(byte[] manifest, String signature) throws IOException {
    files.write(manifest, signature);
  }

  private record Verified(Kept kept, String signature, Verdict verdict) {}

  private Optional<Verified> verified() throws IOException {
    for (var kept : files.read()) {
      for (var signature : kept.signatures()) {
        var verdict = judge.judgeKept(kept.bytes(), signature);
        if (!(verdict instanceof Verdict.Refused(_, var code, _))
            || code != ManifestJudge.NOT_VERIFIED) {
          return Optional.of(new Verified(kept, signature, verdict));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * What the judge makes today of the manifest on disk, if its signature holds: a host policy that
   * has become stricter, or an agent that reads more closely, may refuse it. Changes nothing.
   */
  public Optional<Verdict> read() throws IOException {
    var verified = verified();
    if (verified.isEmpty() && files.writtenAt().isPresent()) {
      log.atError().log("manifest on disk is not verified; waiting for the cloud");
    }
    return verified.map(Verified::verdict);
  }

  /**
   * Seals what an agent of before kept in plain. Not before this agent is the node's: the one
   * before, should it come back, cannot read it.
   */
  public void seal() {
    try {
      if (files.hasPlain()) {
        var verified = verified();
        if (verified.isPresent()) {
          files.write(verified.get().kept().bytes(), verified.get().signature());
        }
      }
    } catch (IOException e) {
      log.atError().setCause(e).log("manifest on disk stays as it is, not encrypted");
    }
  }
}
