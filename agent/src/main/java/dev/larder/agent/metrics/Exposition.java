package dev.larder.agent.metrics;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Writes metrics in Prometheus' text format, version 0.0.4. By hand: a library for it would take a
 * part of the agent's memory for a page that is asked for twice a minute.
 */
public final class Exposition {
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
  private static final Pattern LABEL = Pattern.compile("(?!__)[a-zA-Z_][a-zA-Z0-9_]*");

  private final Map<String, String> common;
  private final Set<String> families = new HashSet<>();
  private final StringBuilder text = new StringBuilder();
  private String family = "";

  /** The format's types that the agent has a use for. */
  public enum Kind {
    COUNTER("counter"),
    GAUGE("gauge"),
    HISTOGRAM("histogram");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  /**
   * Nothing is written yet.
   *
   * @param common labels of every sample
   */
  public Exposition(Map<String, String> common) {
    this.common = new LinkedHashMap<>(common);
    common.keySet().forEach(Exposition::checkLabel);
  }

  /** Begins a metric; its samples follow. */
  public void family(Kind kind, String name, String help) {
    if (!NAME.matcher(name).matches() || !families.add(name)) {
      throw new IllegalArgumentException("No name of a metric, or one that was written: " + name);
    }
    family = name;
    text.append("# HELP ").append(name).append(' ').append(escaped(help)).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(kind.word).append('\n');
  }

  /** A metric of one sample. */
  public void single(Kind kind, String name, String help, double value) {
    family(kind, name, help);
    sample(value);
  }

  /** A metric of one sample that counts. */
  public void single(Kind kind, String name, String help, long value) {
    single(kind, name, help, (double) value);
  }

  /**
   * A sample of the metric begun last.
   *
   * @param labels names and values by turns
   */
  public void sample(double value, String... labels) {
    sample("", value, labels);
  }

  /** A part of a histogram: {@code _bucket}, {@code _sum} or {@code _count}. */
  void sample(String suffix, double value, String... labels) {
    if (family.isEmpty()) {
      throw new IllegalStateException("A sample comes after its metric's name");
    }
    var all = new LinkedHashMap<>(common);
    for (int i = 0; i < labels.length; i += 2) {
      checkLabel(labels[i]);
      all.put(labels[i], labels[i + 1]);
    }
    text.append(family).append(suffix);
    if (!all.isEmpty()) {
      char before = '{';
      for (var label : all.entrySet()) {
        text.append(before).append(label.getKey()).append("=\"");
        text.append(escaped(label.getValue()).replace("\"", "\\\"")).append('"');
        before = ',';
      }
      text.append('}');
    }
    text.append(' ').append(number(value)).append('\n');
  }

  private static void checkLabel(String name) {
    if (!LABEL.matcher(name).matches()) {
      throw new IllegalArgumentException("No name of a label: " + name);
    }
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\n", "\\n");
  }

  /** As Go reads it: whole numbers whole, what is no number by its own words. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    long whole = (long) value;
    return whole == value ? Long.toString(whole) : Double.toString(value);
  }

  public String text() {
    return text.toString();
  }
}
