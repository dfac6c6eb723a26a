package dev.larder.cloud.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Columns of text, each as wide as its widest cell. */
final class TextTable {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  TextTable(String... headings) {
    rows.add(List.of(headings));
  }

  /** Adds a row; a cell is shown as {@code toString} says. */
  TextTable row(Object... cells) {
    rows.add(Arrays.stream(cells).map(String::valueOf).toList());
    return this;
  }

  /** Whether it has no row but its headings. */
  boolean isEmpty() {
    return rows.size() == 1;
  }

  /** One line a row without blanks at the end. */
  String render() {
    var text = new StringBuilder();
    for (var row : rows) {
      var line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        line.append(row.get(column))
            .repeat(" ", width(column) - row.get(column).length())
            .append(GAP);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private int width(int column) {
    return rows.stream()
        .filter(row -> column < row.size())
        .mapToInt(row -> row.get(column).length())
        .max()
        .orElse(0);
  }

  /** Names and values, one a line. */
  static String facts(List<Fact> facts) {
    int width = facts.stream().mapToInt(fact -> fact.name().length()).max().orElse(0);
    var text = new StringBuilder();
    for (var fact : facts) {
      var line = new StringBuilder(fact.name()).repeat(" ", width - fact.name().length());
      text.append(line.append(GAP).append(fact.value()).toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  record Fact(String name, String value) {}
}
