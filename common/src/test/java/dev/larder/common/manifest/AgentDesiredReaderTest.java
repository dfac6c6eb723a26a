package dev.larder.common.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class AgentDesiredReaderTest {
  private static final Path EXAMPLES = Path.of("..", "deployment-manifests", "examples");

  @Test
  void readsEveryFieldOfAModule() throws IOException {
    var press = read("modules-and-routes.json").modules().get(ModuleId.of("press"));
    assertThat(press).isNotNull();
    assertThat(press.status()).isEqualTo(ModuleStatus.STOPPED);
    assertThat(press.restartPolicy()).isEqualTo(RestartPolicy.ON_FAILURE);
    assertThat(press.imagePullPolicy()).isEqualTo(ImagePullPolicy.NEVER);
    assertThat(press.startupOrder()).isEqualTo(ModuleSpec.LAST);
    assertThat(press.version()).isEqualTo("7");
    assertThat(press.createOptions()).isEqualTo(Json.mapper().readTree("{\"Cmd\":[\"--slow\"]}"));
  }

  @Test
  void joinsCreateOptionsThatWereCutInChunks() throws IOException {
    var cache = read("chunked-create-options.json").modules().get(ModuleId.CACHE);
    assertThat(cache).isNotNull();
    assertThat(cache.createOptions().at("/HostConfig/ExtraHosts/14").asText())
        .isEqualTo("origin-15.example:192.0.2.15");
  }

  @Test
  void startOrderPutsTheHubFirst() throws IOException {
    assertThat(read("three-containers.json").inStartOrder())
        .extracting(ModuleSpec::id)
        .containsExactly(ModuleId.HUB, ModuleId.CACHE);
  }

  @Test
  void credentialsDoNotShowTheirPassword() throws IOException {
    assertThat(read("modules-and-routes.json").toString()).doesNotContain("example-only");
  }

  @Test
  void aNodeManifestIsReadAsItWasWritten() throws IOException {
    var node = CacheNodeId.of("11111111-2222-3333-4444-555555555555");
    var desired =
        document("three-containers.json").at("/modulesContent/$edgeAgent/properties.desired");
    var bytes = NodeManifest.write(node, 7, desired.deepCopy());
    var read = NodeManifest.read(bytes).orThrow();
    assertThat(read.cacheNodeId()).isEqualTo(node);
    assertThat(read.version()).isEqualTo(7);
    assertThat(read.desired()).isEqualTo(read("three-containers.json"));
  }

  @Test
  void aNodeManifestThatIsNoJsonSaysSo() {
    assertThat(NodeManifest.read("{\"version\":".getBytes(StandardCharsets.UTF_8)).problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).startsWith("is not JSON"));
  }

  private static AgentDesired read(String example) throws IOException {
    return AgentDesiredReader.read(
            document(example).at("/modulesContent/$edgeAgent/properties.desired"), "")
        .orThrow();
  }

  private static JsonNode document(String example) throws IOException {
    return Json.mapper().readTree(Files.readAllBytes(EXAMPLES.resolve(example)));
  }
}
