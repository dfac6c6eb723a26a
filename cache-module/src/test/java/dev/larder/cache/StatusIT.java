package dev.larder.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.json.Json;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the node shows of itself. */
@Timeout(60)
class StatusIT {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;
  private TestOrigin origin;
  private TestNode node;

  @BeforeEach
  void start() throws Exception {
    origin = new TestOrigin();
    origin.put("/a", MIB, 1);
    node = TestNode.start(folder, origin, 16L * MIB, 1);
    assertThat(node.get(origin, "/a").statusCode()).isEqualTo(200);
    assertThat(node.get(origin, "/a").statusCode()).isEqualTo(200);
    assertThat(node.get(origin, "/none").statusCode()).isEqualTo(404);
  }

  @AfterEach
  void stop() {
    node.close();
    origin.close();
  }

  private HttpResponse<byte[]> look(String path, String accept) {
    var uri = URI.create("http://127.0.0.1:" + node.service().summaryPort() + path);
    return node.send(HttpRequest.newBuilder(uri).header("Accept", accept).build());
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private JsonNode summary(String path) throws Exception {
    return Json.mapper().readTree(look(path, "*/*").body());
  }

  @Test
  void theSummarySaysWhatWasServed() throws Exception {
    var summary = summary("/summary");
    assertThat(summary.path("cacheNodeId").asText()).isEqualTo(TestNode.ID.toString());
    assertThat(summary.path("requests").asLong()).isEqualTo(3);
    assertThat(summary.path("hitRatioBytes").asDouble()).isEqualTo(0.5);
    assertThat(summary.path("eggressBytes").asLong()).isEqualTo(2L * MIB);
    assertThat(summary.path("connections").asInt()).isPositive();
    assertThat(summary.path("drives").path(0).path("state").asText()).isEqualTo("in use");
    assertThat(summary.path("origins").path(0).path("origin").asText()).isEqualTo(origin.host());
    assertThat(summary.path("origins").path(0).path("state").asText()).isEqualTo("answering");
    assertThat(summary.path("updates").path("frequencySeconds").asLong()).isPositive();
    assertThat(summary.path("byContentType").has("Test")).isTrue();
    assertThat(summary("/summary.json").path("requests").asLong()).isEqualTo(3);
    assertThat(summary("/details").path("hitBytes").asLong()).isEqualTo(MIB);
  }

  @Test
  void aBrowserGetsAPageThatNeedsNothingElse() {
    var page = look("/summary", "text/html,application/xhtml+xml;q=0.9");
    assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
    assertThat(text(page))
        .contains(TestNode.ID.toString(), "/srv/0", origin.host(), "50.0 %")
        .doesNotContain("<script", "src=", "<link");
  }

  @Test
  void metricsCountByResultAndType() {
    var metrics = text(look("/metrics", "text/plain"));
    assertThat(metrics)
        .contains(
            "# HELP larder_cache_requests_total",
            "larder_cache_requests_total{content_type=\"Test\",result=\"hit\"} 1.0",
            "larder_cache_requests_total{content_type=\"Test\",result=\"miss\"} 2.0",
            "larder_cache_served_bytes_total{content_type=\"Test\"} " + 2 * MIB + ".0",
            "larder_cache_first_byte_seconds_bucket{le=\"+Inf\"} 3",
            "larder_cache_first_byte_seconds_count 3",
            "larder_cache_drive_used_bytes{drive=\"/srv/0\"}",
            "larder_cache_fetches_in_flight",
            "larder_cache_waiting_clients",
            "larder_cache_evictions_total",
            "larder_cache_revalidations_total",
            "larder_cache_open_files",
            "jvm_memory_used_bytes");
  }
}
