package dev.larder.hub.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.hub.measure.Histogram;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MetricsTest {
  private final Metrics metrics = new Metrics(Map.of("edge_device", "n1"));

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void writesEachKindInPrometheusForm() {
    var sizes = Histogram.of(10, 100);
    sizes.add(7);
    sizes.add(70);
    sizes.add(700);
    var text =
        metrics.scrape(
            new Reading()
                .counter("a_total", "Some", 3)
                .counter("b_total", "By reason", "reason", Map.of("slow", 2L))
                .gauge("c", "Now", 5)
                .rows("d", "Rows", List.of("x"), row -> Map.of("of", row), _ -> 9L)
                .histogram("e_seconds", "Times", 1_000, sizes)
                .summary("f_seconds", "Sum", 2, 1.5));
    assertThat(text.lines())
        .contains(
            "# TYPE a_total counter",
            "a_total{edge_device=\"n1\"} 3.0",
            "b_total{edge_device=\"n1\",reason=\"slow\"} 2.0",
            "# TYPE c gauge",
            "c{edge_device=\"n1\"} 5.0",
            "d{edge_device=\"n1\",of=\"x\"} 9.0",
            "# TYPE e_seconds histogram",
            "e_seconds_bucket{edge_device=\"n1\",le=\"0.01\"} 1",
            "e_seconds_bucket{edge_device=\"n1\",le=\"0.1\"} 2",
            "e_seconds_bucket{edge_device=\"n1\",le=\"+Inf\"} 3",
            "e_seconds_count{edge_device=\"n1\"} 3",
            "e_seconds_sum{edge_device=\"n1\"} 0.777",
            "f_seconds_count{edge_device=\"n1\"} 2",
            "f_seconds_sum{edge_device=\"n1\"} 1.5");
    assertThat(text.lines())
        .anyMatch(line -> line.matches("jvm_memory_used_bytes\\{.*edge_device=\"n1\".*"));
  }

  @Test
  void aLaterReadingTakesThePlaceOfTheOneBefore() {
    assertThat(metrics.scrape(new Reading().gauge("old", "", 1))).contains("old{");
    assertThat(metrics.scrape(new Reading().gauge("new", "", 1)))
        .contains("new{")
        .doesNotContain("old{");
  }

  @Test
  void aCounterThatIsNotCalledOneIsRefused() {
    assertThatThrownBy(() -> metrics.scrape(new Reading().counter("a", "", 1)))
        .hasMessageContaining("_total");
  }
}
