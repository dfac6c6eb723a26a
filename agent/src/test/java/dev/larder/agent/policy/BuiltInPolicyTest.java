package dev.larder.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.AgentDesiredReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the project ships runs on a node without a policy file. */
class BuiltInPolicyTest {
  private static final Path MANIFESTS = Path.of("../deployment-manifests");

  static List<Path> examples() throws IOException {
    try (var files = Files.list(MANIFESTS.resolve("examples"))) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void letsTheExamplesRun(Path example) throws Exception {
    assertRuns(Files.readString(example));
  }

  @Test
  void letsTheBaseManifestRun() throws Exception {
    var base =
        Files.readString(MANIFESTS.resolve("base.json"))
            .replace("\"${cache.binds}\"", "[\"/srv/cache/larder:/cache/1\", \"cache-data:/data\"]")
            .replace("\"${cache.httpsBinding}\"", "[{\"HostPort\": \"443\"}]")
            .replaceAll("\\$\\{images\\.[a-zA-Z]+}", "larder-image:1")
            .replaceAll("\\$\\{cache\\.[a-zA-Z]+}", "80");
    assertRuns(base);
  }

  private static void assertRuns(String manifest) throws IOException {
    JsonNode document = Json.mapper().readTree(manifest);
    var desired = (ObjectNode) document.at("/modulesContent/$edgeAgent/properties.desired");
    var read = AgentDesiredReader.read(desired, "").orThrow();
    assertThat(read.inStartOrder()).isNotEmpty();
    assertThat(HostPolicy.BUILT_IN.check(read, TestManifests.HOST, Optional.empty())).isEmpty();
  }
}
