package dev.larder.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.json.Json;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Proof 3: what the cloud pushes the containers follow, and those it does not touch stay. */
class ManifestST {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void containersFollowTheManifestAndUntouchedOnesStay() throws Exception {
    try (var bed = Bed.deployed()) {
      bed.awaitHealthy();
      var node = bed.node();
      var before = Engine.ids(node.instance());

      bed.api().put(layer("greeting"), environment()).is(201);
      Await.until(
          "the cache runs with the new variable",
          LIMIT,
          () ->
              Engine.environment(node.container("cache")).contains("GREETING=hello")
                  && Boolean.TRUE.equals(
                      Engine.inspect(node.container("cache")).getState().getRunning()));
      awaitReported(node);
      assertUntouched(before, node, "agent", "hub");

      var changed = Engine.ids(node.instance());
      bed.api().put(layer("probe"), probe(bed.images())).is(201);
      Await.until(
          "the new module runs",
          LIMIT,
          () ->
              Boolean.TRUE.equals(Engine.inspect(node.container("probe")).getState().getRunning()));
      awaitReported(node);
      assertThat(node.view().at("/report/modules/probe/runtimeStatus").asText())
          .isEqualTo("running");
      assertUntouched(changed, node, "agent", "hub", "cache");

      bed.api().delete(layer("probe")).is(204);
      Await.until(
          "the module is gone",
          LIMIT,
          () -> !Engine.ids(node.instance()).containsKey(node.container("probe")));
      awaitReported(node);
      assertThat(node.view().at("/report/modules").has("probe")).isFalse();
      assertThat(Engine.ids(node.instance())).isEqualTo(changed);
    }
  }

  private static String layer(String name) {
    return "/api/v1/resources/" + Node.RESOURCE + "/layers/" + name;
  }

  private static void awaitReported(Node node) {
    Await.until(
        "the node reports that it runs the newest manifest",
        LIMIT,
        () -> {
          var view = node.view();
          return view.at("/report/lastDesiredStatus/code").asInt() == 200
              && view.at("/report/lastDesiredVersion").asLong()
                  == view.path("manifestVersion").asLong()
              && view.at("/report/modules/cache/runtimeStatus").asText().equals("running");
        });
  }

  private static void assertUntouched(
      java.util.Map<String, String> before, Node node, String... parts) {
    var now = Engine.ids(node.instance());
    for (var part : parts) {
      assertThat(now).containsEntry(node.container(part), before.get(node.container(part)));
    }
  }

  private static JsonNode environment() {
    var layer = Json.object().put("targetCondition", "*").put("priority", 10);
    layer
        .withObject("/content/modulesContent/$edgeAgent")
        .putObject("properties.desired.modules.cache.env.GREETING")
        .put("value", "hello");
    return layer;
  }

  private static JsonNode probe(Images images) {
    var layer = Json.object().put("targetCondition", "*").put("priority", 20);
    layer
        .withObject("/content/modulesContent/$edgeAgent")
        .set("properties.desired.modules.probe", IdleModule.of(images));
    return layer;
  }
}
