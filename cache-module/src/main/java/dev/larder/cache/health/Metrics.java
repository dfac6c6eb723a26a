package dev.larder.cache.health;

import dev.larder.cache.store.ContentStore;
import dev.larder.cache.traffic.Traffic;
import dev.larder.common.settings.CacheReported.DriveReport;
import dev.larder.common.traffic.TrafficMessage.Counts;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.function.ToLongFunction;

/** What the module counts, for Prometheus. */
final class Metrics implements AutoCloseable {
  private static final String TYPE = "content_type";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final Traffic traffic;
  private final ContentStore store;
  private final MultiGauge used;
  private final MultiGauge size;
  private final MultiGauge usable;
  private final Set<String> types = new HashSet<>();

  Metrics(Traffic traffic, ContentStore store) {
    this.traffic = traffic;
    this.store = store;
    collections.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    Gauge.builder("larder.cache.objects", store, ContentStore::objects)
        .description("Objects of which something is kept")
        .register(registry);
    used = drive("used.bytes", "Bytes of content on a drive");
    size = drive("size.bytes", "The most that content may take on a drive");
    usable = drive("usable", "1 when new content is kept on a drive, else 0");
  }

  private MultiGauge drive(String name, String description) {
    return MultiGauge.builder("larder.cache.drive." + name)
        .description(description)
        .register(registry);
  }

  /** All of it in Prometheus' text format. */
  synchronized String scrape() {
    traffic.totals().keySet().stream().filter(types::add).forEach(this::register);
    var drives = store.report();
    gauge(used, drives, DriveReport::usedBytes);
    gauge(size, drives, DriveReport::sizeBytes);
    gauge(usable, drives, drive -> drive.problem().isEmpty() ? 1 : 0);
    return registry.scrape();
  }

  private static void gauge(
      MultiGauge gauge, Iterable<DriveReport> drives, ToLongFunction<DriveReport> value) {
    var rows = new ArrayList<MultiGauge.Row<?>>();
    for (var drive : drives) {
      rows.add(MultiGauge.Row.of(Tags.of("drive", drive.hostPath()), value.applyAsLong(drive)));
    }
    gauge.register(rows, true);
  }

  private void register(String type) {
    counter(type, "requests", "Requests for content", Counts::requests);
    counter(type, "hits", "Requests answered without asking the origin", Counts::hits);
    counter(type, "hit.bytes", "Body bytes sent from the cache", Counts::hitBytes);
    counter(type, "miss.bytes", "Body bytes sent that had to be fetched for it", Counts::missBytes);
    counter(type, "origin.bytes", "Body bytes fetched from origins", Counts::originBytes);
  }

  private void counter(String type, String name, String description, ToLongFunction<Counts> value) {
    FunctionCounter.builder(
            "larder.cache." + name, traffic.of(type), each -> value.applyAsLong(each.counts()))
        .tag(TYPE, type)
        .description(description)
        .register(registry);
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
