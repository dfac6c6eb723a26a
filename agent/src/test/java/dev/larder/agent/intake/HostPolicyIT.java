package dev.larder.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.node.NodeNames;
import dev.larder.agent.policy.TestManifests;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.manifest.NodeManifest;
import dev.larder.common.trust.ManifestSignature;
import dev.larder.common.trust.ModuleKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host policy on disk, from one start of the agent to the next. */
class HostPolicyIT {
  private static final CacheNodeId NODE = new CacheNodeId(UUID.randomUUID());
  private static final NodeNames NAMES = new NodeNames("larder");

  @TempDir private Path dataDir;
  private final KeyPair key;
  private final List<Long> inForce = new ArrayList<>();
  private int changes;
  private Optional<String> running = Optional.empty();

  HostPolicyIT() throws Exception {
    key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
  }

  @BeforeEach
  void nodeSecret() throws Exception {
    Files.createDirectories(dataDir.resolve("agent"));
    var secret = Base64.getEncoder().encodeToString(new byte[ModuleKey.NODE_SECRET_BYTES]);
    Files.writeString(new NodeFiles(dataDir).nodeSecret(), secret);
  }

  /** As an agent that starts. */
  private Intake start() {
    var files = new NodeFiles(dataDir);
    var gate = PolicyFile.read(files, NAMES, dataDir.toString(), () -> running);
    var judge = new ManifestJudge(List.of(key.getPublic()), NODE, gate);
    return new Intake(
        judge,
        new LastGood(files, judge),
        manifest -> inForce.add(manifest.version()),
        () -> changes++);
  }

  private boolean take(Intake intake, long version, ObjectNode desired) {
    var bytes = NodeManifest.write(NODE, version, desired);
    return intake.take(
        new String(bytes, StandardCharsets.UTF_8), ManifestSignature.sign(key.getPrivate(), bytes));
  }

  private void policy(String json) throws Exception {
    Files.writeString(dataDir.resolve("policy.json"), json);
  }

  private static ObjectNode desired(String createOptions) throws Exception {
    return TestManifests.desired(createOptions);
  }

  @Test
  void refusesAManifestWholeAndKeepsTheLastGoodOne() throws Exception {
    var intake = start();
    assertThat(take(intake, 1, desired("{}"))).isTrue();
    assertThat(take(intake, 2, desired("{\"HostConfig\": {\"PidMode\": \"host\"}}"))).isFalse();
    assertThat(inForce).containsExactly(1L);
    assertThat(changes).isOne();
    assertThat(intake.received().code()).isEqualTo(403);
    assertThat(intake.received().version()).isEqualTo(2);
    assertThat(intake.received().description())
        .contains("module press", "createOptions.HostConfig.PidMode", "hostNamespaces");

    assertThat(start().boot()).isTrue();
    assertThat(inForce).containsExactly(1L, 1L);
  }

  @Test
  void holdsTheManifestOnDiskToAPolicyThatBecameStricter() throws Exception {
    policy("{\"registries\": [\"registry.example\"], \"capabilities\": [\"NET_ADMIN\"]}");
    var manifest = desired("{\"HostConfig\": {\"CapAdd\": [\"NET_ADMIN\"]}}");
    assertThat(take(start(), 1, manifest)).isTrue();

    policy("{\"registries\": [\"registry.example\"]}");
    var stricter = start();
    assertThat(stricter.boot()).isFalse();
    assertThat(inForce).containsExactly(1L);
    assertThat(stricter.received().code()).isEqualTo(403);
    assertThat(stricter.received().description()).contains("press", "NET_ADMIN", "capabilities");
    assertThat(take(stricter, 1, manifest)).isFalse();
    assertThat(take(stricter, 2, desired("{}"))).isTrue();
    assertThat(stricter.received().isRefused()).isFalse();
  }

  @Test
  void acceptsNothingNewUnderAMalformedPolicy() throws Exception {
    assertThat(take(start(), 1, desired("{}"))).isTrue();

    policy("{\"registries\": [\"*\"], \"priviledged\": true}");
    var intake = start();
    assertThat(intake.boot()).isTrue();
    assertThat(inForce).containsExactly(1L, 1L);
    assertThat(intake.received().code()).isEqualTo(403);
    assertThat(intake.received().description())
        .contains("host policy cannot be used", "priviledged: is not known");
    assertThat(take(intake, 2, desired("{}"))).isFalse();
    assertThat(inForce).containsExactly(1L, 1L);
  }

  @Test
  void takesAFileThatCannotBeReadForMalformed() throws Exception {
    Files.createSymbolicLink(dataDir.resolve("policy.json"), dataDir.resolve("gone"));
    var intake = start();
    assertThat(take(intake, 1, desired("{}"))).isFalse();
    assertThat(intake.received().description()).contains("policy.json cannot be read");

    Files.delete(dataDir.resolve("policy.json"));
    policy(" ".repeat(70_000) + "{}");
    assertThat(take(start(), 1, desired("{}"))).isFalse();
    assertThat(inForce).isEmpty();
  }

  @Test
  void holdsTheAgentsImageToTheRepositoryThatRuns() throws Exception {
    var intake = start();
    running = Optional.of("registry.example/larder-agent:1");
    assertThat(take(intake, 1, desired("{}"))).isFalse();
    assertThat(intake.received().description())
        .contains("module edgeAgent: image", "add \"registry.example/agent\" to agentImages");
    policy("{\"registries\": [\"*\"], \"agentImages\": [\"registry.example/agent\"]}");
    assertThat(take(start(), 2, desired("{}"))).isTrue();
  }

  @Test
  void knowsTheDrivesThatTheDeployScriptWasGiven() throws Exception {
    var manifest = desired("{\"HostConfig\": {\"Binds\": [\"/cache1/larder:/cache/1\"]}}");
    assertThat(take(start(), 1, manifest)).isFalse();
    Files.writeString(dataDir.resolve("drives"), "/cache1/larder\n");
    assertThat(take(start(), 1, manifest)).isTrue();
  }

  @Test
  void checksAPolicyForTheDeployScript() throws Exception {
    var out = new ByteArrayOutputStream();
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    assertThat(PolicyFile.check(in("{\"networks\": [\"lan\"]}"), print)).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(PolicyFile.check(in("{\"networks\": \"lan\"}"), print)).isOne();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("networks: is \"lan\"");
  }

  private static ByteArrayInputStream in(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
