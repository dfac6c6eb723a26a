package dev.larder.hub.health;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import java.util.Map;

/** Readings, and what the runtime says of itself, in Prometheus' text format. */
final class Metrics implements AutoCloseable {
  private static final String TOTAL = "_total";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final Labels common;
  private Reading reading = new Reading();

  /**
   * Metrics of a hub.
   *
   * @param tags that all of them have
   */
  Metrics(Map<String, String> tags) {
    var names = tags.keySet().toArray(String[]::new);
    common = Labels.of(names, tags.values().toArray(String[]::new));
    registry
        .config()
        .commonTags(
            tags.entrySet().stream()
                .map(e -> Tags.of(e.getKey(), e.getValue()))
                .reduce(Tags.empty(), Tags::and));
    collections.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    registry.getPrometheusRegistry().register((MultiCollector) this::snapshots);
  }

  /** All of it as text. */
  synchronized String scrape(Reading now) {
    reading = now;
    return registry.scrape();
  }

  private synchronized MetricSnapshots snapshots() {
    return new MetricSnapshots(reading.families().stream().map(this::snapshot).toList());
  }

  private MetricSnapshot snapshot(Reading.Family family) {
    return switch (family) {
      case Reading.Counter counter -> snapshot(counter);
      case Reading.Gauge gauge -> snapshot(gauge);
      case Reading.Distribution distribution -> snapshot(distribution);
      case Reading.Summary summary -> snapshot(summary);
    };
  }

  private CounterSnapshot snapshot(Reading.Counter counter) {
    var name = counter.name();
    if (!name.endsWith(TOTAL)) {
      throw new IllegalArgumentException("A counter's name ends in _total: " + name);
    }
    var snapshot =
        CounterSnapshot.builder()
            .name(name.substring(0, name.length() - TOTAL.length()))
            .help(counter.help());
    for (var point : counter.points()) {
      snapshot.dataPoint(
          CounterSnapshot.CounterDataPointSnapshot.builder()
              .labels(labels(point.labels()))
              .value((double) point.value())
              .build());
    }
    return snapshot.build();
  }

  private GaugeSnapshot snapshot(Reading.Gauge gauge) {
    var snapshot = GaugeSnapshot.builder().name(gauge.name()).help(gauge.help());
    for (var point : gauge.points()) {
      snapshot.dataPoint(
          GaugeSnapshot.GaugeDataPointSnapshot.builder()
              .labels(labels(point.labels()))
              .value((double) point.value())
              .build());
    }
    return snapshot.build();
  }

  private HistogramSnapshot snapshot(Reading.Distribution distribution) {
    var snapshot = HistogramSnapshot.builder().name(distribution.name()).help(distribution.help());
    for (var each : distribution.buckets()) {
      var buckets = ClassicHistogramBuckets.builder();
      for (int i = 0; i < each.counts().size(); i++) {
        double bound = i < each.bounds().size() ? each.bounds().get(i) : Double.POSITIVE_INFINITY;
        buckets.bucket(bound, each.counts().get(i));
      }
      snapshot.dataPoint(
          HistogramSnapshot.HistogramDataPointSnapshot.builder()
              .labels(labels(each.labels()))
              .classicHistogramBuckets(buckets.build())
              .sum(each.sum())
              .build());
    }
    return snapshot.build();
  }

  private SummarySnapshot snapshot(Reading.Summary summary) {
    return SummarySnapshot.builder()
        .name(summary.name())
        .help(summary.help())
        .dataPoint(
            SummarySnapshot.SummaryDataPointSnapshot.builder()
                .labels(common)
                .count(summary.count())
                .sum(summary.sum())
                .build())
        .build();
  }

  private Labels labels(Map<String, String> own) {
    var labels = common;
    for (var label : own.entrySet()) {
      labels = labels.add(label.getKey(), label.getValue());
    }
    return labels;
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
