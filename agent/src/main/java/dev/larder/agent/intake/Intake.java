package dev.larder.agent.intake;

import dev.larder.common.manifest.NodeManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes manifests in: judges them, keeps the good ones and puts them in force. */
public final class Intake {
  private static final Logger log = LoggerFactory.getLogger(Intake.class);

  private final ManifestJudge judge;
  private final LastGood lastGood;
  private final Consumer<NodeManifest> inForce;
  private final Runnable changed;
  private volatile Received received = Received.NONE;

  /**
   * Nothing is in force yet.
   *
   * @param inForce told of every manifest that is to be followed
   * @param changed called when {@link #received} changed
   */
  public Intake(
      ManifestJudge judge, LastGood lastGood, Consumer<NodeManifest> inForce, Runnable changed) {
    this.judge = judge;
    this.lastGood = lastGood;
    this.inForce = inForce;
    this.changed = changed;
  }

  public Received received() {
    return received;
  }

  /** Puts the manifest on disk in force; answers whether there was a good one. */
  public boolean boot() throws IOException {
    var manifest = lastGood.read();
    manifest.ifPresent(this::take);
    return manifest.isPresent();
  }

  /** Takes what the cloud sent; answers whether it is in force now. */
  public boolean take(String text, String signature) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    return switch (judge.judge(bytes, signature)) {
      case Verdict.Accepted(var manifest) -> {
        keep(bytes, signature);
        take(manifest);
        yield true;
      }
      case Verdict.Refused(var version, var code, var description) -> {
        log.atError()
            .addKeyValue("version", version)
            .addKeyValue("code", code)
            .addKeyValue("problems", description)
            .log("manifest refused, the last good one stays in force");
        received = new Received(version, code, description);
        changed.run();
        yield false;
      }
    };
  }

  private void take(NodeManifest manifest) {
    log.atInfo().addKeyValue("version", manifest.version()).log("manifest in force");
    received = new Received(manifest.version(), Received.TAKEN, "");
    inForce.accept(manifest);
  }

  private void keep(byte[] bytes, String signature) {
    try {
      lastGood.keep(bytes, signature);
    } catch (IOException e) {
      // A full disk must not keep the node from following its manifest.
      log.atError().setCause(e).log("manifest could not be kept on disk");
    }
  }
}
