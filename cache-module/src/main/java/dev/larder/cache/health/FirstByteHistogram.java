package dev.larder.cache.health;

import dev.larder.cache.traffic.FirstBytes;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;

/** How long clients waited for the head of their answer, as Prometheus wants it. */
final class FirstByteHistogram implements Collector {
  private static final String NAME = "larder_cache_first_byte_seconds";

  private final FirstBytes firstBytes;

  FirstByteHistogram(FirstBytes firstBytes) {
    this.firstBytes = firstBytes;
  }

  @Override
  public String getPrometheusName() {
    return NAME;
  }

  @Override
  public MetricSnapshot collect() {
    var bounds = FirstBytes.bounds();
    var counts = firstBytes.counts();
    var buckets = ClassicHistogramBuckets.builder();
    for (int i = 0; i < bounds.length; i++) {
      buckets.bucket(bounds[i], counts[i]);
    }
    return HistogramSnapshot.builder()
        .name(NAME)
        .help("Time from a request to the head of its answer")
        .dataPoint(
            HistogramSnapshot.HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(buckets.build())
                .sum(firstBytes.seconds())
                .build())
        .build();
  }
}
