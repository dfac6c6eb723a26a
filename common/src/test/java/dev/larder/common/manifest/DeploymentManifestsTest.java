package dev.larder.common.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the files of {@code deployment-manifests/} to what is said of them. {@code
 * -Dlarder.goldens=rewrite} writes the expected problems anew.
 */
class DeploymentManifestsTest {
  private static final CacheNodeId NODE = CacheNodeId.of("11111111-2222-3333-4444-555555555555");
  private static final Path FOLDER = Path.of("..", "deployment-manifests");

  static List<Path> examples() throws IOException {
    return json("examples");
  }

  static List<Path> iotEdges() throws IOException {
    return json("iot-edge");
  }

  static List<Path> invalid() throws IOException {
    return json("invalid");
  }

  static List<Path> layers() throws IOException {
    return json("layers");
  }

  private static List<Path> json(String folder) throws IOException {
    try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void anExampleHasNoProblem(Path file) throws IOException {
    assertThat(problems(read(file))).isEmpty();
    assertThat(schema("manifest").validate(read(file))).isEmpty();
    assertThat(NodeManifest.unknownFields(Files.readAllBytes(file))).isEmpty();
  }

  /** As a cloud reads it, and then the node. */
  @ParameterizedTest
  @MethodSource("iotEdges")
  void whatIotEdgesToolsWriteIsReadUnmodified(Path file) throws IOException {
    var deployment = Deployment.read(read(file)).orThrow();
    assertThat(deployment.problems().list()).isEmpty();
    var bytes = NodeManifest.write(NODE, 1, deployment.desired(Deployment.AGENT));
    var written = read(file).at("/modulesContent/$edgeAgent/properties.desired/modules");
    var modules = NodeManifest.read(bytes).orThrow().desired().modules();
    assertThat(modules.keySet().stream().map(ModuleId::value))
        .containsExactlyInAnyOrderElementsOf(
            written.propertyStream().map(Map.Entry::getKey).toList());
    assertThat(modules.values()).extracting(ModuleSpec::image).doesNotContain("");
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void anInvalidOneHasItsProblems(Path file) throws IOException {
    var found =
        problems(read(file)).stream()
            .map(Problem::toString)
            .collect(Collectors.joining("\n", "", "\n"));
    var golden = file.resolveSibling(file.getFileName().toString().replace(".json", ".problems"));
    if ("rewrite".equals(System.getProperty("larder.goldens"))) {
      Files.writeString(golden, found);
    }
    assertThat(found).isEqualTo(Files.readString(golden)).isNotBlank();
  }

  @ParameterizedTest
  @MethodSource("layers")
  void aLayerKeepsItsSchema(Path file) throws IOException {
    var layer = read(file);
    assertThat(schema("layer").validate(layer)).isEmpty();
    assertThat(TargetCondition.parse(layer.path("targetCondition").asText(), "").problems())
        .isEmpty();
    assertThat(Deployment.read(layer.path("content")).problems()).isEmpty();
  }

  private static List<Problem> problems(JsonNode document) {
    return switch (Deployment.read(document)) {
      case Checked.Valid<Deployment>(var deployment) -> deployment.problems().list();
      case Checked.Invalid<Deployment>(var problems) -> problems;
    };
  }

  private static JsonNode read(Path file) throws IOException {
    return Json.mapper().readTree(Files.readAllBytes(file));
  }

  private static Schema schema(String name) throws IOException {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(read(FOLDER.resolve("schema").resolve(name + ".schema.json")));
  }
}
