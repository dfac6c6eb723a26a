package dev.larder.agent.methods;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problems;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads what a direct method asks. Names of methods and fields are taken in any case, as IoT Edge
 * takes them (its RequestManager, and the JSON library that it reads with).
 */
public final class MethodReader {
  /** How many lines of a log are looked at when the request does not say. */
  static final int USUAL_TAIL = 1_000;

  static final int MOST_TAIL = 10_000;

  private static final int MOST_ITEMS = 64;
  private static final int MOST_LEVEL = 7;
  private static final String ALL = "all";
  private static final Pattern SCHEMA = Pattern.compile("1(?:\\.[0-9]{1,4})?");

  private final Instant now;
  private final Problems problems = new Problems();

  private MethodReader(Instant now) {
    this.now = now;
  }

  /** What is asked, or every problem of it. */
  public static Checked<Asked> read(String name, JsonNode payload, Instant now) {
    var reader = new MethodReader(now);
    var asked = reader.asked(name, payload);
    return reader.problems.isEmpty()
        ? Checked.valid(asked)
        : Checked.invalid(reader.problems.list());
  }

  private Asked asked(String name, JsonNode payload) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "ping" -> new Asked.Ping();
      case "restartmodule" -> {
        schema(payload, true);
        yield new Asked.RestartModule(text(payload, "id", "id", "name a module: \"cache\""));
      }
      case "getmodulelogs" -> {
        schema(payload, true);
        yield new Asked.GetModuleLogs(
            items(field(payload, "items")),
            choice(payload, "encoding", "none", "gzip"),
            choice(payload, "contentType", "text", "json"));
      }
      case "getsupportbundle" -> {
        schema(payload, false);
        yield new Asked.GetSupportBundle();
      }
      default -> {
        problems.add(
            "name",
            "is no method of the agent: " + name,
            "call ping, RestartModule, GetModuleLogs or GetSupportBundle");
        yield new Asked.Ping();
      }
    };
  }

  private void schema(JsonNode payload, boolean required) {
    var version = field(payload, "schemaVersion");
    if (isAbsent(version) ? required : !SCHEMA.matcher(version.asText()).matches()) {
      problems.add(
          "schemaVersion",
          isAbsent(version) ? "is missing" : "is not 1.0: " + version.asText(),
          "send \"schemaVersion\": \"1.0\"");
    }
  }

  private List<LogItem> items(JsonNode array) {
    if (!array.isArray() || array.isEmpty() || array.size() > MOST_ITEMS) {
      problems.add(
          "items",
          isAbsent(array) ? "is missing" : "is no list of 1 to " + MOST_ITEMS + " items",
          "send \"items\": [{\"id\": \"cache\", \"filter\": {\"tail\": 100}}]");
      return List.of();
    }
    var items = new ArrayList<LogItem>();
    for (int i = 0; i < array.size(); i++) {
      items.add(item("items[" + i + "]", array.get(i)));
    }
    return items;
  }

  private LogItem item(String path, JsonNode item) {
    var id = text(item, "id", path + ".id", "name modules by a regular expression, or \"all\"");
    var filter = field(item, "filter");
    if (!isAbsent(filter) && !filter.isObject()) {
      problems.add(path + ".filter", "is no object", "send \"filter\": {\"tail\": 100}");
    }
    return new LogItem(
        id.equalsIgnoreCase(ALL) ? Optional.empty() : regex(id, path + ".id", true),
        filter(path + ".filter.", filter));
  }

  private LogItem.Filter filter(String path, JsonNode filter) {
    var regex = field(filter, "regex");
    return new LogItem.Filter(
        number(filter, "tail", path, 1, MOST_TAIL).orElse(USUAL_TAIL),
        time(filter, "since", path),
        time(filter, "until", path),
        number(filter, "loglevel", path, 0, MOST_LEVEL),
        isAbsent(regex) ? Optional.empty() : regex(regex.asText(), path + "regex", false));
  }

  private Optional<Expression> regex(String text, String path, boolean anyCase) {
    return switch (Expression.read(text, path, anyCase)) {
      case Checked.Valid<Expression>(var expression) -> Optional.of(expression);
      case Checked.Invalid<Expression>(var found) -> {
        found.forEach(problems::add);
        yield Optional.empty();
      }
    };
  }

  private Optional<Integer> number(JsonNode object, String name, String path, int least, int most) {
    var value = field(object, name);
    if (isAbsent(value)) {
      return Optional.empty();
    }
    try {
      int number = Integer.parseInt(value.asText());
      if (number >= least && number <= most) {
        return Optional.of(number);
      }
    } catch (NumberFormatException _) {
      // Told below.
    }
    problems.add(
        path + name,
        "is no whole number from " + least + " to " + most + ": " + value.asText(),
        "send one, or leave it out");
    return Optional.empty();
  }

  private Optional<Instant> time(JsonNode object, String name, String path) {
    var value = field(object, name);
    if (isAbsent(value)) {
      return Optional.empty();
    }
    var time = PastTime.read(value.asText(), now);
    if (time.isEmpty()) {
      problems.add(path + name, "is no time: " + value.asText(), PastTime.MEND);
    }
    return time;
  }

  private String text(JsonNode object, String name, String path, String mend) {
    var value = field(object, name);
    if (!value.isTextual() || value.asText().isBlank()) {
      problems.add(path, isAbsent(value) ? "is missing" : "is no text, or blank", mend);
      return "";
    }
    return value.asText().strip();
  }

  /** Whether it is the second of two words rather than the first, which is the default. */
  private boolean choice(JsonNode object, String name, String first, String second) {
    var value = field(object, name);
    if (isAbsent(value) || value.asText().equalsIgnoreCase(first)) {
      return false;
    }
    if (!value.asText().equalsIgnoreCase(second)) {
      problems.add(
          name, "is neither: " + value.asText(), "send \"" + first + "\" or \"" + second + "\"");
    }
    return true;
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  /** The field as it is written here, or else in another case. */
  private static JsonNode field(JsonNode object, String name) {
    if (object.has(name)) {
      return object.path(name);
    }
    for (var field : object.properties()) {
      if (field.getKey().equalsIgnoreCase(name)) {
        return field.getValue();
      }
    }
    return MissingNode.getInstance();
  }
}
