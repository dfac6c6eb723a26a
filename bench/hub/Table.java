import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** Prints a row: a line for each figure and broker. */
final class Table {
  private Table() {}

  static void print(Row row, Map<Broker, List<Map<String, Double>>> samples, double mostForeign) {
    for (var figure : row.figures()) {
      var best =
          samples.entrySet().stream()
              .filter(entry -> !(entry.getKey() instanceof Larder.Hub))
              .flatMap(entry -> median(entry.getValue(), figure.key()).stream().boxed())
              .reduce((a, b) -> figure.more() ? Math.max(a, b) : Math.min(a, b));
      samples.forEach((broker, of) -> {
        var median = median(of, figure.key());
        System.out.printf(
            "| %s | %s | %s | %s | %s | %s | %s |%n",
            row.title(), figure.title(), broker.name(),
            median.isPresent() ? (number(figure, median.getAsDouble()) + " " + figure.unit()).strip() : "failed",
            median.isPresent()
                ? number(figure, values(of, figure.key()).min().orElseThrow())
                    + " to "
                    + number(figure, values(of, figure.key()).max().orElseThrow())
                : "",
            median.isPresent() && best.isPresent() && best.get() > 0
                ? String.format("%.2f", median.getAsDouble() / best.get())
                : "",
            beside(row, of, mostForeign));
      });
    }
    System.out.flush();
  }

  private static DoubleStream values(List<Map<String, Double>> samples, String key) {
    return samples.stream().filter(sample -> sample.containsKey(key)).mapToDouble(sample -> sample.get(key));
  }

  private static OptionalDouble median(List<Map<String, Double>> samples, String key) {
    return values(samples, key).findAny().isPresent()
        ? OptionalDouble.of(Bench.median(values(samples, key)))
        : OptionalDouble.empty();
  }

  private static String number(Row.Figure figure, double value) {
    return String.format("%." + figure.decimals() + "f", value);
  }

  /** A count of nothing dropped is not worth a word. */
  private static String beside(Row row, List<Map<String, Double>> samples, double mostForeign) {
    var words =
        row.beside().stream()
            .filter(b -> median(samples, b.key()).isPresent())
            .filter(b -> !b.key().equals("lost") || median(samples, "lost").getAsDouble() > 0)
            .map(b -> String.format(b.format(), median(samples, b.key()).getAsDouble()))
            .collect(Collectors.joining(", "));
    var foreign = median(samples, "foreign_cores");
    return foreign.isPresent() && foreign.getAsDouble() > mostForeign
        ? words + String.format(", disturbed by %.1f cores of other work", foreign.getAsDouble())
        : words;
  }
}
