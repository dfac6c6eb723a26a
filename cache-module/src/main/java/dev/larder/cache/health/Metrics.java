package dev.larder.cache.health;

import dev.larder.cache.traffic.Result;
import dev.larder.cache.traffic.TypeTotals;
import dev.larder.common.settings.CacheReported.DriveReport;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** What the module counts, for Prometheus. */
final class Metrics implements AutoCloseable {
  private static final String PREFIX = "larder.cache.";
  private static final String TYPE = "content_type";
  private static final String RESULT = "result";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final Sources from;
  private final MultiGauge used;
  private final MultiGauge size;
  private final MultiGauge usable;
  private final Set<String> types = new HashSet<>();

  Metrics(Sources from) {
    this.from = from;
    collections.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    used = drive("used.bytes", "Bytes of content on a drive");
    size = drive("size.bytes", "The most that content may take on a drive");
    usable = drive("usable", "1 when new content is kept on a drive, else 0");
    gauge("objects", "Objects of which something is kept", f -> f.store().objects());
    gauge("open.files", "Objects whose files are open", f -> f.store().openFiles());
    gauge("client.connections", "Open connections of clients", f -> f.server().connections());
    gauge("fetches.in.flight", "Fetches from origins under way", f -> f.server().fetches());
    gauge(
        "waiting.clients",
        "Clients that wait for bytes from an origin",
        f -> f.store().waitingReaders());
    gauge(
        "hub.connected",
        "1 when the hub is connected, else 0",
        f -> f.hub().getAsBoolean() ? 1 : 0);
    counter(
        "refused.connections",
        "Connections of clients that were over a limit",
        f -> f.server().refusedConnections());
    counter("evictions", "Objects that made room for others", f -> f.store().evictions());
    counter(
        "revalidations",
        "Requests for which the origin said that what is kept still holds",
        f -> f.traffic().answers(Result.REVALIDATED));
    registry.getPrometheusRegistry().register(new FirstByteHistogram(from.traffic().firstBytes()));
  }

  private MultiGauge drive(String name, String description) {
    return MultiGauge.builder(PREFIX + "drive." + name).description(description).register(registry);
  }

  private void gauge(String name, String description, ToDoubleFunction<Sources> value) {
    Gauge.builder(PREFIX + name, from, value).description(description).register(registry);
  }

  private void counter(String name, String description, ToDoubleFunction<Sources> value) {
    FunctionCounter.builder(PREFIX + name, from, value).description(description).register(registry);
  }

  /** All of it in Prometheus' text format. */
  synchronized String scrape() {
    from.traffic().totals().keySet().stream().filter(types::add).forEach(this::register);
    var drives = from.store().report();
    rows(used, drives, DriveReport::usedBytes);
    rows(size, drives, DriveReport::sizeBytes);
    rows(usable, drives, drive -> drive.problem().isEmpty() ? 1 : 0);
    return registry.scrape();
  }

  private static void rows(
      MultiGauge gauge, Iterable<DriveReport> drives, ToLongFunction<DriveReport> value) {
    var rows = new ArrayList<MultiGauge.Row<?>>();
    for (var drive : drives) {
      rows.add(MultiGauge.Row.of(Tags.of("drive", drive.hostPath()), value.applyAsLong(drive)));
    }
    gauge.register(rows, true);
  }

  private void register(String type) {
    var tag = Tags.of(TYPE, type);
    perType(tag, "hits", "Requests answered without asking the origin", t -> t.counts().hits());
    perType(tag, "hit.bytes", "Body bytes sent from the cache", t -> t.counts().hitBytes());
    perType(
        tag,
        "miss.bytes",
        "Body bytes sent that had to be fetched for it",
        t -> t.counts().missBytes());
    perType(
        tag,
        "served.bytes",
        "Body bytes sent to clients",
        t -> t.counts().hitBytes() + t.counts().missBytes());
    perType(tag, "origin.bytes", "Body bytes fetched from origins", t -> t.counts().originBytes());
    for (var result : Result.values()) {
      perType(
          tag.and(RESULT, result.label()),
          "requests",
          "Requests for content that were answered, by how",
          t -> t.answers(result));
    }
  }

  private void perType(
      Tags tags, String name, String description, ToLongFunction<TypeTotals> value) {
    var type = tags.stream().filter(tag -> tag.getKey().equals(TYPE)).findFirst().orElseThrow();
    FunctionCounter.builder(PREFIX + name, from.traffic().of(type.getValue()), value::applyAsLong)
        .tags(tags)
        .description(description)
        .register(registry);
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
