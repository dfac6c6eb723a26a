package dev.larder.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.agent.intake.Verdict.Refused;
import dev.larder.agent.policy.HostGate;
import dev.larder.agent.policy.HostPolicy;
import dev.larder.agent.policy.TestManifests;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.manifest.NodeManifest;
import dev.larder.common.problem.Checked;
import dev.larder.common.trust.ManifestSignature;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ManifestJudgeTest {
  private static final HostGate GATE =
      new HostGate(Checked.valid(HostPolicy.BUILT_IN), TestManifests.HOST, Optional::empty);
  private static final CacheNodeId NODE = new CacheNodeId(UUID.randomUUID());

  private static Verdict judge(ObjectNode desired) throws Exception {
    var key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    var bytes = NodeManifest.write(NODE, 7, desired);
    var judge = new ManifestJudge(List.of(key.getPublic()), NODE, GATE);
    return judge.judge(bytes, ManifestSignature.sign(key.getPrivate(), bytes));
  }

  @Test
  void whatIsWrongWithAManifestFitsAReport() throws Exception {
    var desired = TestManifests.desired("{}");
    var modules = (ObjectNode) desired.get("modules");
    for (int i = 0; i < 30; i++) {
      modules.putObject("m" + i).put("type", "x".repeat(100_000));
    }
    assertThat(judge(desired))
        .asInstanceOf(type(Refused.class))
        .satisfies(refused -> {
          assertThat(refused.version()).isEqualTo(7);
          assertThat(refused.code()).isEqualTo(400);
          assertThat(refused.description()).contains("modules.m0", "…").hasSizeLessThan(21_000);
          assertThat(refused.description()).matches(".*; and \\d+ more");
        });
  }
}
