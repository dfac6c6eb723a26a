package dev.larder.common.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.larder.common.json.Json;
import org.junit.jupiter.api.Test;

class DeploymentTest {
  private static final String BASE =
      """
      {"modulesContent": {
        "$edgeAgent": {"properties.desired": {"modules": {"cache": {"settings": {"image": "a:1"}}}}},
        "cache": {"properties.desired": {"origins": [], "updates": {"current": "1.0.0"}}}}}
      """;

  @Test
  void aPathSetsOneValueAndMakesTheObjectsOnTheWay() throws JsonProcessingException {
    var merged =
        with(
            """
            {"modulesContent": {"$edgeAgent": {"properties.desired.modules.cache.env.A": {"value": "1"}}}}
            """);
    assertThat(merged.desired("$edgeAgent").at("/modules/cache"))
        .isEqualTo(
            Json.mapper()
                .readTree("{\"settings\":{\"image\":\"a:1\"},\"env\":{\"A\":{\"value\":\"1\"}}}"));
  }

  @Test
  void aWholeDocumentReplacesAModules() throws JsonProcessingException {
    var merged = with("{\"modulesContent\": {\"cache\": {\"properties.desired\": {\"x\": 1}}}}");
    assertThat(merged.desired("cache")).isEqualTo(Json.mapper().readTree("{\"x\":1}"));
  }

  @Test
  void aLayerCanBringAModuleOfItsOwn() throws JsonProcessingException {
    var merged = with("{\"modulesContent\": {\"probe\": {\"properties.desired.every\": 5}}}");
    assertThat(merged.desired("probe").path("every").asInt()).isEqualTo(5);
  }

  @Test
  void theBaseIsNotChanged() throws JsonProcessingException {
    var base = read(BASE);
    var before = base.desired("cache");
    base.with(read("{\"modulesContent\": {\"cache\": {\"properties.desired.origins\": [1]}}}"));
    assertThat(base.desired("cache")).isEqualTo(before);
  }

  @Test
  void anythingButDesiredPropertiesIsAProblem() throws JsonProcessingException {
    var checked =
        Deployment.read(
            Json.mapper()
                .readTree("{\"modulesContent\": {\"cache\": {\"properties.reported\": {}}}}"));
    assertThat(checked.problems())
        .singleElement()
        .hasToString(
            "modulesContent.cache.properties.reported: is not known here"
                + " (write properties.desired or properties.desired.<path>)");
  }

  @Test
  void aManifestWithABadRouteIsNotWithoutProblem() throws JsonProcessingException {
    var hub =
        """
        {"modulesContent": {"$edgeHub": {"properties.desired": {
          "schemaVersion": "1.1", "routes": {"up": "FROM /* INTO nowhere"}}}}}
        """;
    assertThat(read(hub).problems().list())
        .filteredOn(problem -> problem.path().contains("$edgeHub"))
        .singleElement()
        .asString()
        .startsWith(
            "modulesContent.$edgeHub.properties.desired.routes.up: column 14: found \"nowhere\"");
  }

  private static Deployment with(String layer) throws JsonProcessingException {
    return read(BASE).with(read(layer));
  }

  private static Deployment read(String text) throws JsonProcessingException {
    return Deployment.read(Json.mapper().readTree(text)).orThrow();
  }
}
