package dev.larder.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.topic.NodeTopics;
import dev.larder.common.topic.TelemetryEnvelope;
import dev.larder.common.traffic.TrafficMessage;
import dev.larder.common.traffic.TrafficMessage.Counts;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same cloud on a real PostgreSQL of its own. */
class PostgresIT {
  @TempDir private Path folder = Path.of("");

  @Test
  void theCloudKeepsAllItKeeps() throws Exception {
    try (var postgres = TestPostgres.start(folder.resolve("postgres"));
        var cloud = TestCloud.start(folder.resolve("data"), Optional.of(postgres.url()))) {
      var path = TestNode.create(cloud, "one", "{'site': 'lab'}");
      var node = TestNode.enrol(cloud, path);
      var traffic =
          new TrafficMessage(
              Instant.parse("2026-11-23T10:00:00Z"),
              Instant.parse("2026-11-23T10:00:05Z"),
              Map.of("Windows updates", new Counts(10, 7, 700, 300, 310)));
      var envelope =
          TelemetryEnvelope.of(
              traffic.to(), TrafficMessage.OUTPUT, Map.of(), Json.writeBytes(traffic));
      try (var hub = new TestHub(node)) {
        for (int sequence : new int[] {1, 2, 2, 1}) {
          hub.publish(
              NodeTopics.telemetry(node.id(), ModuleId.CACHE, "a", sequence),
              Json.writeBytes(envelope));
        }
        hub.publish(
            NodeTopics.reported(node.id(), "cache"),
            "{\"version\":1,\"reported\":{\"version\":\"1.0.0\"}}".getBytes(UTF_8));
      }
      cloud.restart();
      assertThat(cloud.get(path).body().at("/cache/version").asText()).isEqualTo("1.0.0");
      var rows = cloud.get(path + "/traffic?step=day&from=2026-11-20T00:00:00Z").body();
      assertThat(rows.at("/rows/0/requests").asInt()).isEqualTo(20);
      assertThat(node.manifest(node.client(), "", 0).statusCode()).isEqualTo(200);
      assertThat(cloud.api("DELETE", path, "").status()).isEqualTo(204);
    }
  }
}
