package dev.larder.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.policy.HostGate;
import dev.larder.agent.policy.HostPolicy;
import dev.larder.agent.policy.TestManifests;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.manifest.NodeManifest;
import dev.larder.common.problem.Checked;
import dev.larder.common.trust.ManifestSignature;
import dev.larder.common.trust.ModuleKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manifest on disk: sealed, verified when read, taken over from an older agent. */
class LastGoodIT {
  private static final CacheNodeId NODE = new CacheNodeId(UUID.randomUUID());
  private static final String PASSWORD = "password-of-the-registry";

  @TempDir private Path dataDir;
  private final KeyPair key;

  LastGoodIT() throws Exception {
    key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
  }

  @BeforeEach
  void secret() throws Exception {
    Files.createDirectories(dataDir.resolve("agent"));
    secret(1);
  }

  private void secret(int seed) throws Exception {
    var secret = new byte[ModuleKey.NODE_SECRET_BYTES];
    secret[0] = (byte) seed;
    Files.writeString(files().nodeSecret(), Base64.getEncoder().encodeToString(secret));
  }

  private NodeFiles files() {
    return new NodeFiles(dataDir);
  }

  private LastGood lastGood() {
    return new LastGood(files(), judge());
  }

  private ManifestJudge judge() {
    var gate =
        new HostGate(Checked.valid(HostPolicy.BUILT_IN), TestManifests.HOST, Optional::empty);
    return new ManifestJudge(List.of(key.getPublic()), NODE, gate);
  }

  private static byte[] manifest(long version) throws Exception {
    var desired = TestManifests.desired("{}");
    desired
        .withObject("/runtime/settings/registryCredentials/r")
        .put("address", "registry.example")
        .put("username", "user")
        .put("password", PASSWORD);
    return NodeManifest.write(NODE, version, desired);
  }

  private String sign(byte[] manifest) {
    return ManifestSignature.sign(key.getPrivate(), manifest);
  }

  private long inForce() throws Exception {
    return lastGood()
        .read()
        .map(verdict -> ((Verdict.Accepted) verdict).manifest().version())
        .orElse(0L);
  }

  private List<Path> all() throws Exception {
    try (var found = Files.walk(dataDir)) {
      return found.filter(Files::isRegularFile).toList();
    }
  }

  private void noPasswordOnDisk() throws Exception {
    for (var file : all()) {
      assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
          .as(file.toString())
          .doesNotContain(PASSWORD);
    }
  }

  @Test
  void whatTheDiskDidNotTakeIsInForceAndKeptLater() throws Exception {
    var taken = new ArrayList<Long>();
    var intake = new Intake(judge(), lastGood(), m -> taken.add(m.version()), () -> {});
    // No file can take this place.
    var inTheWay = Files.createDirectories(files().sealedManifest()).resolve("x");
    Files.createFile(inTheWay);
    var manifest = manifest(1);
    assertThat(intake.take(new String(manifest, StandardCharsets.UTF_8), sign(manifest))).isTrue();
    intake.keepUp();
    assertThat(files().sealedManifest()).isDirectory();
    assertThat(intake.problemOfDisk()).isPresent();

    Files.delete(inTheWay);
    Files.delete(inTheWay.getParent());
    intake.keepUp();
    assertThat(inForce()).isEqualTo(1);
    assertThat(taken).containsExactly(1L);
    assertThat(intake.problemOfDisk()).isEmpty();
  }

  @Test
  void keepsNothingInPlain() throws Exception {
    for (long version = 1; version <= 3; version++) {
      var manifest = manifest(version);
      lastGood().keep(manifest, sign(manifest));
      assertThat(inForce()).isEqualTo(version);
      assertThat(new ManifestFiles(files()).bytes()).hasValue(manifest);
    }
    noPasswordOnDisk();
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(files().sealedManifest())))
        .isEqualTo(NodeFiles.SECRET);
  }

  @Test
  void takesOverWhatAnOlderAgentKept() throws Exception {
    var manifest = manifest(4);
    Files.write(files().manifest(), manifest);
    // Cut short while it kept the manifest: two signatures, the second of which holds.
    Files.writeString(files().manifestSignature(), sign(manifest(5)) + "\n" + sign(manifest));
    assertThat(inForce()).isEqualTo(4);
    assertThat(files().manifest()).as("read alone changes nothing").exists();

    lastGood().seal();
    noPasswordOnDisk();
    assertThat(files().manifest()).doesNotExist();
    assertThat(files().manifestSignature()).doesNotExist();
    assertThat(inForce()).isEqualTo(4);
    lastGood().seal();
    assertThat(inForce()).isEqualTo(4);
  }

  @Test
  void aKillWhileTakingOverLosesNothing() throws Exception {
    var older = manifest(4);
    var newer = manifest(5);
    lastGood().keep(newer, sign(newer));
    Files.write(files().manifest(), older);
    Files.writeString(files().manifestSignature(), sign(older));
    assertThat(inForce()).isEqualTo(5);
    lastGood().seal();
    noPasswordOnDisk();
    assertThat(inForce()).isEqualTo(5);
  }

  @Test
  void whatIsDamagedForgedOrAnotherNodesIsNotFollowed() throws Exception {
    var manifest = manifest(1);
    lastGood().keep(manifest, sign(manifest));
    var whole = Files.readAllBytes(files().sealedManifest());
    for (int at = 0; at < whole.length; at += 1 + whole.length / 50) {
      var damaged = whole.clone();
      damaged[at] ^= 4;
      Files.write(files().sealedManifest(), damaged);
      assertThat(inForce()).isZero();
    }
    for (int length : new int[] {0, 1, 13, 29, whole.length - 1}) {
      Files.write(files().sealedManifest(), Arrays.copyOf(whole, length));
      assertThat(inForce()).isZero();
    }
    Files.write(files().sealedManifest(), whole);
    secret(2);
    assertThat(inForce()).isZero();
    secret(1);
    assertThat(inForce()).isEqualTo(1);

    lastGood().keep(manifest, sign(manifest(2)));
    assertThat(inForce()).as("sealed, but not signed").isZero();
  }

  @Test
  void theSameManifestIsSealedOtherwiseEachTime() throws Exception {
    var manifest = manifest(1);
    lastGood().keep(manifest, sign(manifest));
    var first = Files.readAllBytes(files().sealedManifest());
    lastGood().keep(manifest, sign(manifest));
    assertThat(Files.readAllBytes(files().sealedManifest())).isNotEqualTo(first);
  }
}
