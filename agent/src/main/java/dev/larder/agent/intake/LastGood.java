package dev.larder.agent.intake;

import dev.larder.agent.node.NodeFiles;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.manifest.NodeManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The manifest in force, on disk, so that a node boots with no cloud. It is verified again when it
 * is read.
 */
public final class LastGood {
  private static final Logger log = LoggerFactory.getLogger(LastGood.class);

  private final NodeFiles files;
  private final ManifestJudge judge;

  public LastGood(NodeFiles files, ManifestJudge judge) {
    this.files = files;
    this.judge = judge;
  }

  /**
   * Keeps an accepted manifest. Two files cannot change in one instant: the signature file names
   * the new signature and the one before until the manifest itself is in place.
   */
  public void keep(byte[] manifest, String signature) throws IOException {
    var before = signatures().stream().findFirst();
    writeSignatures(before.map(old -> signature + "\n" + old).orElse(signature));
    AtomicFile.write(files.manifest(), manifest, NodeFiles.SECRET);
    writeSignatures(signature);
  }

  private void writeSignatures(String text) throws IOException {
    AtomicFile.write(
        files.manifestSignature(),
        (text + "\n").getBytes(StandardCharsets.US_ASCII),
        NodeFiles.SECRET);
  }

  private List<String> signatures() throws IOException {
    return Files.exists(files.manifestSignature())
        ? Files.readAllLines(files.manifestSignature(), StandardCharsets.US_ASCII)
        : List.of();
  }

  /** The manifest on disk, if it stands the same judgement as one off the wire. */
  public Optional<NodeManifest> read() throws IOException {
    if (!Files.exists(files.manifest())) {
      return Optional.empty();
    }
    var bytes = Files.readAllBytes(files.manifest());
    for (var signature : signatures()) {
      if (judge.judge(bytes, signature) instanceof Verdict.Accepted(var manifest)) {
        return Optional.of(manifest);
      }
    }
    log.atError()
        .addKeyValue("file", files.manifest())
        .log("manifest on disk is not verified; waiting for the cloud");
    return Optional.empty();
  }
}
