package dev.larder.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.agent.metrics.Exposition.Kind;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExpositionTest {
  @Test
  void writesWhatTheFormatSays() {
    var out = new Exposition(Map.of("edge_device", "n\\1"));
    out.family(Kind.COUNTER, "a_total", "Back\\slash\nand line");
    out.sample(3, "module_name", "say \"hi\"\n");
    out.sample(0.25, "module_name", "");
    out.single(Kind.GAUGE, "b", "Big", 9_007_199_254_740_991L);
    assertThat(out.text())
        .isEqualTo(
            """
            # HELP a_total Back\\\\slash\\nand line
            # TYPE a_total counter
            a_total{edge_device="n\\\\1",module_name="say \\"hi\\"\\n"} 3
            a_total{edge_device="n\\\\1",module_name=""} 0.25
            # HELP b Big
            # TYPE b gauge
            b{edge_device="n\\\\1"} 9007199254740991
            """);
    assertThat(ExpositionRules.check(out.text())).hasSize(3);
    var bare = new Exposition(Map.of());
    bare.single(Kind.GAUGE, "c", "None", 1);
    assertThat(bare.text()).endsWith("\nc 1\n");
  }

  @Test
  void writesNumbersAsGoReadsThem() {
    assertThat(Exposition.number(Double.POSITIVE_INFINITY)).isEqualTo("+Inf");
    assertThat(Exposition.number(Double.NEGATIVE_INFINITY)).isEqualTo("-Inf");
    assertThat(Exposition.number(Double.NaN)).isEqualTo("NaN");
    assertThat(Exposition.number(-2)).isEqualTo("-2");
    assertThat(Exposition.number(1.5e-7)).isEqualTo("1.5E-7");
  }

  @Test
  void refusesWhatTheFormatForbids() {
    var out = new Exposition(Map.of());
    assertThatThrownBy(() -> out.sample(1)).isInstanceOf(IllegalStateException.class);
    out.single(Kind.GAUGE, "a", "Once", 1);
    assertThatThrownBy(() -> out.single(Kind.GAUGE, "a", "Twice", 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> out.family(Kind.GAUGE, "1a", "Digit first"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> out.sample(1, "__name", "x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Exposition(Map.of("a-b", "x")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aHistogramsBucketsHoldAllThatIsBelow() {
    var histogram = new Histogram();
    for (long millis : new long[] {10, 11, 700, 5_000, 4_000_000}) {
      histogram.add(Duration.ofMillis(millis));
    }
    var out = new Exposition(Map.of());
    out.family(Kind.HISTOGRAM, "h_seconds", "Times");
    histogram.write(out, "command", "stop");
    assertThat(ExpositionRules.check(out.text()))
        .containsEntry("h_seconds_bucket{command=\"stop\",le=\"0.01\"}", 1.0)
        .containsEntry("h_seconds_bucket{command=\"stop\",le=\"0.05\"}", 2.0)
        .containsEntry("h_seconds_bucket{command=\"stop\",le=\"1\"}", 3.0)
        .containsEntry("h_seconds_bucket{command=\"stop\",le=\"5\"}", 4.0)
        .containsEntry("h_seconds_bucket{command=\"stop\",le=\"1800\"}", 4.0)
        .containsEntry("h_seconds_bucket{command=\"stop\",le=\"+Inf\"}", 5.0)
        .containsEntry("h_seconds_sum{command=\"stop\"}", 4_005.721)
        .containsEntry("h_seconds_count{command=\"stop\"}", 5.0);
  }
}
