package dev.larder.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.TestDesired;
import dev.larder.agent.TestDocker;
import dev.larder.agent.TestNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Scrapes a whole agent that follows a manifest on the real engine. */
class MetricsIT {

  @RegisterExtension private final TestNode node = new TestNode("met");

  /** The samples by name and labels, without the labels that all have. */
  private Map<String, Double> scrape() throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var url = URI.create("http://127.0.0.1:" + node.agent().healthPort() + "/metrics");
      var response =
          client.send(
              HttpRequest.newBuilder(url).build(),
              HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type"))
          .contains("text/plain; version=0.0.4; charset=utf-8");
      ExpositionRules.check(response.body());
      assertThat(response.body().lines().filter(line -> !line.startsWith("#")))
          .isNotEmpty()
          .allMatch(line ->
              line.contains("edge_device=\"" + node.cloud().node() + "\"")
                  && line.contains("iothub=\"localhost\"")
                  && line.matches(".*instance_number=\"[0-9a-f-]{36}\".*"));
      return ExpositionRules.check(
          response
              .body()
              .replaceAll("(edge_device|iothub|instance_number)=\"[^\"]*\",?", "")
              .replace(",}", "}")
              .replace("{}", ""));
    }
  }

  @Test
  void tellsWhatTheAgentDidAndWhatItStandsOn() throws Exception {
    var desired = TestDesired.desired();
    TestDesired.module(desired, "one", TestDocker.IMAGE).put("version", "3");
    var began = Instant.now();
    long version = node.apply(desired).lastDesiredVersion();
    assertThat(node.cloud().ask("ping", "null").status()).isEqualTo(200);

    var one = "{module_name=\"one\",module_version=\"3\"}";
    var page = scrape();
    assertThat(page)
        .containsEntry("edgeAgent_module_start_total" + one, 1.0)
        .containsEntry("edgeAgent_command_latency_seconds_count{command=\"create\"}", 1.0)
        .containsEntry("larder_agent_step_failures_total{command=\"start\"}", 0.0)
        .containsEntry("larder_agent_manifest_version", (double) version)
        .containsEntry("larder_agent_converged", 1.0)
        .containsEntry("larder_agent_manifest_refused", 0.0)
        .containsEntry("edgeagent_direct_method_invocations_count{method_name=\"ping\"}", 1.0)
        .containsKeys(
            "edgeAgent_deployment_time_seconds",
            "edgeAgent_host_uptime_seconds",
            "edgeAgent_total_memory_bytes{module_name=\"host\"}");
    assertThat(page.get("edgeAgent_used_memory_bytes{module_name=\"host\"}"))
        .isBetween(1e6, page.get("edgeAgent_total_memory_bytes{module_name=\"host\"}"));
    assertThat(page.get("process_resident_memory_bytes")).isGreaterThan(1e6);
    assertThat(page.get("larder_agent_last_cloud_contact_timestamp_seconds"))
        .isBetween((double) began.getEpochSecond(), (double) Instant.now().getEpochSecond() + 1);
    assertThat(page.get("larder_agent_reports_sent_total")).isPositive();
    assertThat(page.get("edgeAgent_total_time_expected_running_seconds" + one))
        .isGreaterThanOrEqualTo(page.get("edgeAgent_total_time_running_correctly_seconds" + one));
    var total = "edgeAgent_total_disk_space_bytes{disk_name=\"" + node.dataDir();
    assertThat(page.keySet()).anyMatch(key -> key.startsWith(total));
    var later = scrape();
    assertThat(later.get("edgeAgent_total_time_running_correctly_seconds" + one))
        .isGreaterThan(page.get("edgeAgent_total_time_running_correctly_seconds" + one));
  }
}
