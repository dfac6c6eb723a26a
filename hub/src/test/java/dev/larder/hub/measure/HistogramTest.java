package dev.larder.hub.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class HistogramTest {
  @Test
  void aValueOnABoundBelongsBelowIt() {
    var histogram = Histogram.of(10, 100);
    for (long value : new long[] {0, 10, 11, 100, 101, 5_000}) {
      histogram.add(value);
    }
    assertThat(histogram.counts()).containsExactly(2L, 2L, 2L);
    assertThat(histogram.bounds()).containsExactly(10L, 100L);
    assertThat(histogram.sum()).isEqualTo(5_222);
    assertThat(histogram.count()).isEqualTo(6);
  }

  @Test
  void boundsRise() {
    assertThatThrownBy(() -> Histogram.of(1, 1)).hasMessageContaining("[1, 1]");
  }
}
