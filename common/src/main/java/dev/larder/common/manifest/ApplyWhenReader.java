package dev.larder.common.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.schedule.WeeklyHours;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a module's {@code applyWhen}: {@code "now"}, or {@code {"window": {"days": [1, 5], "from":
 * "22:00", "until": "04:00"}}}. The field is ours, so that a name in it that is not known is a
 * mistake and not another tool's.
 */
final class ApplyWhenReader {
  private static final String FIELD = "applyWhen";
  private static final String WINDOW = "window";
  private static final int DAYS = 7;
  private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]");

  private ApplyWhenReader() {}

  /** The hours in which the module may be updated; empty when that is at any time. */
  static Optional<WeeklyHours> read(Reading module) {
    var value = module.get(FIELD);
    if (value.isMissingNode() || (value.isTextual() && value.asText().equals("now"))) {
      return Optional.empty();
    }
    if (!(value instanceof ObjectNode)) {
      module.add(FIELD, "is " + value + ", neither \"now\" nor a window", "use one of the two");
      return Optional.empty();
    }
    var applyWhen = module.object(FIELD);
    onlyKnown(applyWhen, Set.of(WINDOW));
    return window(applyWhen.object(WINDOW));
  }

  private static void onlyKnown(Reading node, Set<String> known) {
    for (var entry : node.node().properties()) {
      if (!known.contains(entry.getKey())) {
        node.add(entry.getKey(), "is not known here", "take it out, or mend its name");
      }
    }
  }

  private static Optional<WeeklyHours> window(Reading window) {
    onlyKnown(window, Set.of("days", "from", "until"));
    var days = days(window);
    var from = time(window, "from");
    var until = time(window, "until");
    if (days.isEmpty() || from.isEmpty() || until.isEmpty()) {
      return Optional.empty();
    }
    if (from.equals(until)) {
      window.add(
          "until",
          "is the same time as from",
          "give the time at which the window closes; for any time write applyWhen \"now\"");
      return Optional.empty();
    }
    return Optional.of(new WeeklyHours(days, from.get(), until.get()));
  }

  private static EnumSet<DayOfWeek> days(Reading window) {
    if (!window.has("days")) {
      return EnumSet.allOf(DayOfWeek.class);
    }
    var days = EnumSet.noneOf(DayOfWeek.class);
    var elements = window.elements("days", DAYS);
    for (var element : elements) {
      if (isDay(element)) {
        days.add(DayOfWeek.of(element.intValue()));
      } else {
        window.add(
            "days", "has " + element + " in it, which is no day", "use 1 (Monday) to 7 (Sunday)");
      }
    }
    if (window.node().get("days").isEmpty() && window.node().get("days").isArray()) {
      window.add("days", "names no day", "name some, or leave it out for every day");
    }
    return days;
  }

  private static boolean isDay(JsonNode element) {
    return element.isIntegralNumber()
        && element.canConvertToInt()
        && element.intValue() >= 1
        && element.intValue() <= DAYS;
  }

  private static Optional<LocalTime> time(Reading window, String field) {
    var mend = "write hours and minutes in UTC, \"22:00\"";
    var text = window.text(field, mend);
    if (TIME.matcher(text).matches()) {
      return Optional.of(LocalTime.parse(text));
    }
    if (!text.isEmpty()) {
      window.add(field, "is " + text + ", which is no time of day", mend);
    }
    return Optional.empty();
  }
}
