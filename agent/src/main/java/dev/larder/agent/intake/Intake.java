package dev.larder.agent.intake;

import dev.larder.common.manifest.NodeManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes manifests in: judges them, keeps the good ones and puts them in force. */
public final class Intake {
  private static final Logger log = LoggerFactory.getLogger(Intake.class);

  private static final int FIELDS_NOTED = 20;

  private final ManifestJudge judge;
  private final LastGood lastGood;
  private final Consumer<NodeManifest> inForce;
  private final Runnable changed;
  private volatile Received received = Received.NONE;
  private volatile Optional<Unkept> unkept = Optional.empty();

  /** What is in force and not on disk. */
  // Shared with nobody.
  @SuppressWarnings("ArrayRecordComponent")
  private record Unkept(byte[] bytes, String signature, IOException problem) {}

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

  /** Puts the manifest on disk in force, unless it is refused now; answers whether it is. */
  public boolean boot() throws IOException {
    var kept = lastGood.read();
    if (kept.isEmpty()) {
      return false;
    }
    return switch (kept.get()) {
      case Verdict.Accepted(var manifest) -> {
        take(manifest);
        judge.policyProblem(manifest.version()).ifPresent(this::refuse);
        yield true;
      }
      case Verdict.Refused refused -> {
        refuse(refused);
        yield false;
      }
    };
  }

  /** Brings what is kept on disk into this agent's form; call when the node is this agent's. */
  public void settle() {
    lastGood.seal();
  }

  /**
   * Tries again to keep on disk what is in force, if that did not do before. Called by the thread
   * that takes manifests, now and then.
   */
  public void keepUp() {
    unkept.ifPresent(kept -> keep(kept.bytes(), kept.signature()));
  }

  /** Why what is in force is not on disk; empty when it is. */
  public Optional<IOException> problemOfDisk() {
    return unkept.map(Unkept::problem);
  }

  /** Takes what the cloud sent; answers whether it is in force now. */
  public boolean take(String text, String signature) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    return switch (judge.judge(bytes, signature)) {
      case Verdict.Accepted(var manifest) -> {
        NodeManifest.unknownFields(bytes).stream()
            .limit(FIELDS_NOTED)
            .forEach(path ->
                log.atWarn().addKeyValue("field", path).log("manifest has a field not known here"));
        keep(bytes, signature);
        take(manifest);
        yield true;
      }
      case Verdict.Refused refused -> {
        refuse(refused);
        yield false;
      }
    };
  }

  private void refuse(Verdict.Refused refused) {
    log.atError()
        .addKeyValue("version", refused.version())
        .addKeyValue("code", refused.code())
        .addKeyValue("problems", refused.description())
        .log("manifest refused, what is in force stays so");
    received = new Received(refused.version(), refused.code(), refused.description());
    changed.run();
  }

  private void take(NodeManifest manifest) {
    log.atInfo().addKeyValue("version", manifest.version()).log("manifest in force");
    received = new Received(manifest.version(), Received.TAKEN, "");
    inForce.accept(manifest);
  }

  private void keep(byte[] bytes, String signature) {
    try {
      lastGood.keep(bytes, signature);
      unkept = Optional.empty();
    } catch (IOException e) {
      // A full disk must not keep the node from following its manifest.
      unkept = Optional.of(new Unkept(bytes, signature, e));
      log.atError()
          .addKeyValue("reason", e.getMessage())
          .log("manifest is in force, but not kept on disk yet");
    }
  }
}
