package dev.larder.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.report.NodeReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Manifests as IoT Edge's tools write them, and a large one, to running modules. */
class IotEdgeManifestsIT {
  private static final Logger log = LoggerFactory.getLogger(IotEdgeManifestsIT.class);
  private static final Path FOLDER = Path.of("..", "deployment-manifests", "iot-edge");
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int MODULES = 50;

  @RegisterExtension private final TestNode node = new TestNode("iot");

  /** A sample with an image that is here, and any ports of this machine that are free. */
  private static ObjectNode desired(String name) throws Exception {
    var text =
        Files.readString(FOLDER.resolve(name + ".json"))
            .replaceAll("(HostPort\\\\?\": ?\\\\?\"?)[0-9]+", "$10");
    var desired =
        (ObjectNode)
            Json.mapper().readTree(text).at("/modulesContent/$edgeAgent/properties.desired");
    for (var group : List.of("systemModules", "modules")) {
      for (JsonNode module : desired.get(group)) {
        ((ObjectNode) module.get("settings")).put("image", TestDocker.IMAGE);
      }
    }
    return desired;
  }

  @ParameterizedTest
  @CsvSource({
    "simulated-temperature-sensor, SimulatedTemperatureSensor, filtermodule",
    "nested-gateway, dockerContainerRegistry, iotedgeApiProxy",
    "blob-storage, tempSensor, blobstoremodule",
  })
  void aSampleComesToRun(String name, String one, String other) throws Exception {
    var version = node.cloud().offer(desired(name));
    var report = node.cloud().awaitReport(TestNode.applied(version), PATIENCE);
    assertThat(report.modules()).containsKeys(one, other);
    assertThat(report.modules().values())
        .allMatch(module -> module.runtimeStatus().equals("running"));
    assertThat(report.systemModules())
        .hasEntrySatisfying("edgeHub", hub -> assertThat(hub.runtimeStatus()).isEqualTo("running"));
  }

  @Test
  void fiftyModulesComeToRun() throws Exception {
    var desired = TestDesired.desired();
    IntStream.range(0, MODULES)
        .forEach(i -> TestDesired.module(desired, "module" + i, TestDocker.IMAGE));
    var began = Instant.now();
    var version = node.cloud().offer(desired);
    var report = node.cloud().awaitReport(TestNode.applied(version), PATIENCE);
    log.atInfo()
        .addKeyValue("modules", MODULES)
        .addKeyValue("millis", Duration.between(began, Instant.now()).toMillis())
        .log("converged from empty");
    assertThat(running(report)).hasSize(MODULES);
    assertThat(TestDocker.ids("ps", "-q", "--filter", "name=" + node.instance() + "-module"))
        .hasSize(MODULES);
  }

  private static List<String> running(NodeReport report) {
    return report.modules().entrySet().stream()
        .filter(entry -> entry.getValue().runtimeStatus().equals("running"))
        .map(Map.Entry::getKey)
        .toList();
  }
}
