package dev.larder.cache.prefetch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problems;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What is to be fetched ahead.
 *
 * @param bytesPerSecond the most, on the mean; empty for as fast as can be
 * @param window when; empty for at once
 */
public record PrefetchOrder(
    List<Item> items, Optional<Long> bytesPerSecond, Optional<Window> window) {
  public static final int MOST_ITEMS = 10_000;

  private static final int MOST_RANGES = 1_000;
  private static final int LONGEST_URL = 8_192;
  private static final long LEAST_RATE = 1_024;
  private static final Set<String> FIELDS = Set.of("urls", "bytesPerSecond", "window");
  private static final Pattern RANGE = Pattern.compile("(?:bytes=)?(\\d{1,18})-(\\d{1,18})?");
  private static final String RANGE_MEND = "write first-last, both included, or first- to the end";

  public PrefetchOrder {
    items = List.copyOf(items);
  }

  /**
   * An object, or parts of it.
   *
   * @param ranges empty for the whole
   */
  public record Item(String url, List<Range> ranges) {
    public Item {
      ranges = List.copyOf(ranges);
    }
  }

  /**
   * Bytes of an object.
   *
   * @param last included; empty for to the end
   */
  public record Range(long first, Optional<Long> last) {}

  /** Reads an order and finds all that is wrong with its form. */
  public static Checked<PrefetchOrder> read(ObjectNode order) {
    var problems = new Problems();
    for (var field : order.properties()) {
      if (!FIELDS.contains(field.getKey())) {
        problems.add(field.getKey(), "is not known", "there are urls, bytesPerSecond and window");
      }
    }
    var items = items(order.path("urls"), problems);
    var rate = rate(order.path("bytesPerSecond"), problems);
    var window = window(order.path("window"), problems);
    return problems.isEmpty()
        ? Checked.valid(new PrefetchOrder(items, rate, window))
        : Checked.invalid(problems.list());
  }

  private static List<Item> items(JsonNode urls, Problems problems) {
    var items = new ArrayList<Item>();
    if (!urls.isArray() || urls.isEmpty()) {
      problems.add("urls", "is no list of URLs", "name at least one: [\"http://host/path\"]");
    } else if (urls.size() > MOST_ITEMS) {
      problems.add("urls", "are more than " + MOST_ITEMS, "make more jobs of them");
    } else {
      for (int i = 0; i < urls.size(); i++) {
        items.add(item(urls.get(i), "urls[" + i + "]", problems));
      }
    }
    return items;
  }

  private static Item item(JsonNode node, String path, Problems problems) {
    var url = node.isTextual() ? node.asText() : node.path("url").asText();
    if (url.isEmpty() || url.length() > LONGEST_URL) {
      problems.add(
          path, "is no URL", "write \"http://host/path\" or {\"url\": …, \"ranges\": [\"0-99\"]}");
    }
    var ranges = new ArrayList<Range>();
    var wanted = node.path("ranges");
    if ((!wanted.isMissingNode() && !wanted.isArray()) || wanted.size() > MOST_RANGES) {
      problems.add(path + ".ranges", "is no list of at most " + MOST_RANGES, RANGE_MEND);
      return new Item(url, ranges);
    }
    for (int i = 0; i < wanted.size(); i++) {
      var text = wanted.get(i).asText();
      var range = range(text);
      if (range.isEmpty()) {
        problems.add(path + ".ranges[" + i + "]", "is no range: " + text, RANGE_MEND);
      }
      range.ifPresent(ranges::add);
    }
    return new Item(url, ranges);
  }

  private static Optional<Range> range(String text) {
    var range = RANGE.matcher(text);
    if (!range.matches()) {
      return Optional.empty();
    }
    long first = Long.parseLong(range.group(1));
    var last = Optional.ofNullable(range.group(2)).map(Long::valueOf);
    return last.filter(end -> end < first).isPresent()
        ? Optional.empty()
        : Optional.of(new Range(first, last));
  }

  private static Optional<Long> rate(JsonNode rate, Problems problems) {
    if (rate.isMissingNode() || rate.isNull()) {
      return Optional.empty();
    }
    if (!rate.canConvertToLong() || !rate.isIntegralNumber() || rate.asLong() < LEAST_RATE) {
      problems.add(
          "bytesPerSecond",
          "is not a whole number of at least " + LEAST_RATE,
          "leave it out for no limit");
    }
    return Optional.of(rate.asLong());
  }

  private static Optional<Window> window(JsonNode window, Problems problems) {
    if (window.isMissingNode() || window.isNull()) {
      return Optional.empty();
    }
    var start = time(window, "start", problems);
    var end = time(window, "end", problems);
    if (start.isEmpty() || end.isEmpty()) {
      return Optional.empty();
    }
    if (start.equals(end)) {
      problems.add("window", "has no length", "let it end at another time than it starts");
      return Optional.empty();
    }
    return Optional.of(new Window(start.get(), end.get()));
  }

  private static Optional<LocalTime> time(JsonNode window, String field, Problems problems) {
    try {
      return Optional.of(LocalTime.parse(window.path(field).asText()));
    } catch (DateTimeParseException _) {
      problems.add("window." + field, "is no time of day", "write it in UTC as \"22:30\"");
      return Optional.empty();
    }
  }
}
