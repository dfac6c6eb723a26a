package dev.larder.common.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problem;
import dev.larder.common.schedule.WeeklyHours;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentDesiredReaderTest {
  private static final Path EXAMPLES = Path.of("..", "deployment-manifests", "examples");
  private static final String DESIRED = "/modulesContent/$edgeAgent/properties.desired";

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
  void readsHowImagesAreFetchedAndKept() throws IOException {
    assertThat(read("modules-and-routes.json").images()).isEqualTo(new ImageRules(2, 30, 500_000));
    assertThat(read("three-containers.json").images()).isEqualTo(ImageRules.USUAL);
  }

  @Test
  void readsHowModulesAreUpdatedAndWhatTheyDependOn() throws IOException {
    var manifest = read("updates-and-dependencies.json");
    var web = module(manifest, "web");
    assertThat(web.update())
        .isEqualTo(
            new ModuleUpdate(UpdateStrategy.HAND_OVER, true, ModuleUpdate.USUAL, Optional.empty()));
    assertThat(web.dependsOn())
        .isEqualTo(
            Map.of(ModuleId.of("store"), Readiness.HEALTHY, ModuleId.CACHE, Readiness.RUNNING));
    assertThat(module(manifest, "store").update().within()).isEqualTo(Duration.ofSeconds(90));
    assertThat(module(manifest, "cache").update().rollback()).isFalse();
    assertThat(module(read("three-containers.json"), "cache").update())
        .isEqualTo(ModuleUpdate.DEFAULT);
  }

  @Test
  void readsWhenAnUpdateMayBeApplied() throws IOException {
    var manifest = read("updates-and-dependencies.json");
    assertThat(module(manifest, "edgeHub").update().window())
        .contains(
            new WeeklyHours(
                Set.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY),
                LocalTime.of(22, 0),
                LocalTime.of(4, 0)));
    assertThat(module(manifest, "store").update().window())
        .contains(WeeklyHours.everyDay(LocalTime.of(1, 30), LocalTime.of(5, 0)));
    assertThat(module(manifest, "web").update().window()).isEmpty();
    assertThat(module(manifest, "cache").update().window()).isEmpty();
  }

  private static ModuleSpec module(AgentDesired manifest, String id) {
    return manifest.inStartOrder().stream()
        .filter(module -> module.id().value().equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void joinsCreateOptionsThatWereCutInChunks() throws IOException {
    var cache = read("chunked-create-options.json").modules().get(ModuleId.CACHE);
    assertThat(cache).isNotNull();
    assertThat(cache.createOptions().at("/HostConfig/ExtraHosts/14").asText())
        .isEqualTo("origin-15.example:192.0.2.15");
  }

  @Test
  void readsWhatIotEdgesToolsWriteAsIotEdgeDoes() throws IOException {
    var blobs = iotEdge("blob-storage.json");
    var writer = module(blobs, "blobWriterModule");
    assertThat(writer.createOptions().at("/Env/0").asText())
        .isEqualTo("storageContainername=samplecontainer");
    assertThat(writer.version()).isEqualTo("2");
    var store = module(blobs, "blobstoremodule");
    assertThat(store.image()).isEqualTo("registry.example/azure-blob-storage:1.4.1-linux-amd64");
    assertThat(store.version()).isEmpty();
    assertThat(module(blobs, "tempSensor").createOptions()).isEmpty();

    assertThat(module(iotEdge("long-haul.json"), "testResultCoordinator").env())
        .containsEntry("Logging:LogLevel:Microsoft", "Error");

    var sensors = iotEdge("simulated-temperature-sensor.json");
    var sensor = module(sensors, "SimulatedTemperatureSensor");
    assertThat(sensor.createOptions().at("/HostConfig/ExtraHosts")).hasSize(24);
    assertThat(sensor.env()).containsEntry("MessageCount", "-1");
    assertThat(module(sensors, "edgeHub").env()).containsEntry("OptimizeForPerformance", "false");
    assertThat(sensors.inStartOrder().stream().map(module -> module.id().value()))
        .containsExactly("edgeHub", "filtermodule", "SimulatedTemperatureSensor");
  }

  @Test
  void knowsWhichFieldsItPassesOver() throws IOException {
    assertThat(unknownFields(iotEdgeDesired("simulated-temperature-sensor.json"))).isEmpty();
    assertThat(unknownFields(iotEdgeDesired("nested-gateway.json")))
        .containsExactly("systemModules.edgeAgent.https_proxy");
    var desired =
        """
        {"schema": 1, "runtime": {"os": 1, "settings": {"pulls": 1}},
         "systemModules": {"agent": {}},
         "modules": {"a": {"rollback": {"within": 1}, "settings": {"createOptions1": 1}}}}
        """;
    assertThat(unknownFields(Json.mapper().readTree(desired)))
        .containsExactly(
            "schema",
            "runtime.os",
            "runtime.settings.pulls",
            "systemModules.agent",
            "modules.a.rollback.within",
            "modules.a.settings.createOptions1");
  }

  @Test
  void unknownFieldsComeObjectByObjectInTheirOrder() throws IOException {
    var module =
        """
        {"y": 1, "settings": {"q": 1, "p": 1}, "type": 5, "rollback": {"s": 1, "r": 1}, "x": 1}
        """;
    var desired =
        """
        {"modules": {"b": %1$s, "a": {"z": 1}},
         "systemModules": {"edgeAgent": %1$s, "edgeHub": {"w": 1}, "edgehub": {"in": "it"}},
         "runtime": {"settings": {"v": 1}, "u": 1}, "t": null}
        """
            .formatted(module);
    assertThat(unknownFields(Json.mapper().readTree(desired)))
        .containsExactly(
            "t",
            "runtime.u",
            "runtime.settings.v",
            "systemModules.edgehub",
            "systemModules.edgeAgent.y",
            "systemModules.edgeAgent.x",
            "systemModules.edgeAgent.rollback.s",
            "systemModules.edgeAgent.rollback.r",
            "systemModules.edgeAgent.settings.q",
            "systemModules.edgeAgent.settings.p",
            "systemModules.edgeHub.w",
            "modules.b.y",
            "modules.b.x",
            "modules.b.rollback.s",
            "modules.b.rollback.r",
            "modules.b.settings.q",
            "modules.b.settings.p",
            "modules.a.z");
  }

  @Test
  void namesOfTheUsersChoiceAndFieldsForOthersAreKnown() throws IOException {
    var desired =
        """
        {"runtime": {"settings": {
           "loggingOptions": "", "registryCredentials": {"mine": {"note": 1}}}},
         "modules": {"a": {
           "configuration": {"any": 1},
           "env": {"COLOUR": {"value": "red", "note": 1}},
           "dependsOn": {"b": "healthy"},
           "applyWhen": {"note": 1},
           "settings": {"createOptions": {}, "createOptions00": "", "createOptions99": ""}}}}
        """;
    assertThat(unknownFields(Json.mapper().readTree(desired))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"version\":", "[]", "{\"modulesContent\": {\"$edgeAgent\": 1}}"})
  void whatIsNoManifestHasNoUnknownFields(String text) {
    assertThat(NodeManifest.unknownFields(text.getBytes(StandardCharsets.UTF_8))).isEmpty();
  }

  private static List<String> unknownFields(JsonNode desired) {
    var node = CacheNodeId.of("11111111-2222-3333-4444-555555555555");
    var document = Json.object().put("cacheNodeId", node.toString()).put("version", 1);
    document
        .withObject("modulesContent")
        .putObject("$edgeAgent")
        .set("properties.desired", desired);
    return NodeManifest.unknownFields(Json.writeBytes(document));
  }

  private static AgentDesired iotEdge(String name) throws IOException {
    return AgentDesiredReader.read(iotEdgeDesired(name), "").orThrow();
  }

  private static JsonNode iotEdgeDesired(String name) throws IOException {
    var file = EXAMPLES.resolveSibling("iot-edge").resolve(name);
    return Json.mapper().readTree(Files.readAllBytes(file)).at(DESIRED);
  }

  private static Checked<AgentDesired> withImage(String image) throws IOException {
    var desired = (ObjectNode) document("three-containers.json").at(DESIRED);
    ((ObjectNode) desired.at("/modules/cache/settings")).put("image", image);
    return AgentDesiredReader.read(desired, "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "busybox",
        "team/app:1.0-RC1",
        "localhost/app",
        "Registry.Example/team/app:1",
        "REGISTRY:5000/app",
        "127.0.0.1:5000/a/b__c@sha256:0000000000000000000000000000000000000000000000000000000000000000"
      })
  void readsImageReferences(String image) throws IOException {
    assertThat(withImage(image).problems()).isEmpty();
  }

  /** What engines of other ages take for a host, or for a repository of Docker Hub. */
  @ParameterizedTest
  @ValueSource(strings = {"Evil/app:1", "EVIL/app", "LOCALHOST/app", "App", "App:1", "a.b/App"})
  void takesCapitalsInAHostAlone(String image) throws IOException {
    assertThat(withImage(image).problems())
        .extracting(Problem::path)
        .containsExactly("modules.cache.settings.image");
  }

  @Test
  void boundsAnImageReference() throws IOException {
    assertThat(withImage("a/".repeat(127) + "b").problems()).isEmpty();
    for (var parts : List.of(128, 20_000)) {
      assertThat(withImage("a/".repeat(parts) + "b").problems())
          .singleElement()
          .satisfies(problem -> assertThat(problem.mend()).contains("255"));
    }
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
    var desired = document("three-containers.json").at(DESIRED);
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
    return AgentDesiredReader.read(document(example).at(DESIRED), "").orThrow();
  }

  private static JsonNode document(String example) throws IOException {
    return Json.mapper().readTree(Files.readAllBytes(EXAMPLES.resolve(example)));
  }
}
