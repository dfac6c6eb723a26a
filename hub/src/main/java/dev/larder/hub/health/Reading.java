package dev.larder.hub.health;

import dev.larder.hub.measure.Histogram;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the hub's counters say at one moment: it is read on the event loop, and may then be turned
 * into text on any other thread. Names are Prometheus's, a counter's with its {@code _total}.
 */
public final class Reading {
  /** All that has one name. */
  sealed interface Family {
    String name();

    String help();
  }

  /** Numbers that only rise. */
  record Counter(String name, String help, List<Point> points) implements Family {}

  /** Numbers of now. */
  record Gauge(String name, String help, List<Point> points) implements Family {}

  /** Values by their size. */
  record Distribution(String name, String help, List<Buckets> buckets) implements Family {}

  /** How many there were and what they come to. */
  record Summary(String name, String help, long count, double sum) implements Family {}

  /** A number under its labels. */
  record Point(Map<String, String> labels, long value) {}

  /**
   * A histogram under its labels.
   *
   * @param counts one a bound, and one for what is above them all
   */
  record Buckets(Map<String, String> labels, List<Double> bounds, List<Long> counts, double sum) {}

  private final List<Family> families = new ArrayList<>();

  List<Family> families() {
    return List.copyOf(families);
  }

  public Reading counter(String name, String help, long value) {
    families.add(new Counter(name, help, List.of(new Point(Map.of(), value))));
    return this;
  }

  /** A counter of which there is one for each value of a label. */
  public Reading counter(String name, String help, String label, Map<String, Long> values) {
    families.add(new Counter(name, help, points(label, values)));
    return this;
  }

  private static List<Point> points(String label, Map<String, Long> values) {
    return values.entrySet().stream()
        .map(e -> new Point(Map.of(label, e.getKey()), e.getValue()))
        .toList();
  }

  public Reading gauge(String name, String help, long value) {
    families.add(new Gauge(name, help, List.of(new Point(Map.of(), value))));
    return this;
  }

  /** Numbers of queues: a counter when its name says so, else a gauge. */
  public <T> Reading rows(
      String name,
      String help,
      List<T> rows,
      Function<T, Map<String, String>> labels,
      Function<T, Long> value) {
    var points =
        rows.stream()
            .map(row -> new Point(labels.apply(row), value.apply(row)))
            .collect(Collectors.toList());
    families.add(
        name.endsWith("_total") ? new Counter(name, help, points) : new Gauge(name, help, points));
    return this;
  }

  /**
   * Histograms by a label.
   *
   * @param one how much of what a histogram counts makes one of what the name says, 1,000 where it
   *     counts ms and the name says seconds
   */
  public Reading histogram(
      String name, String help, double one, String label, Map<String, Histogram> histograms) {
    var buckets =
        histograms.entrySet().stream()
            .map(e -> buckets(Map.of(label, e.getKey()), e.getValue(), one))
            .toList();
    families.add(new Distribution(name, help, buckets));
    return this;
  }

  public Reading histogram(String name, String help, double one, Histogram histogram) {
    families.add(new Distribution(name, help, List.of(buckets(Map.of(), histogram, one))));
    return this;
  }

  private static Buckets buckets(Map<String, String> labels, Histogram histogram, double one) {
    return new Buckets(
        labels,
        histogram.bounds().stream().map(bound -> bound / one).toList(),
        histogram.counts(),
        histogram.sum() / one);
  }

  public Reading summary(String name, String help, long count, double sum) {
    families.add(new Summary(name, help, count, sum));
    return this;
  }
}
