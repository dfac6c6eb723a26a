package dev.larder.cloud.configuration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Problems;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the fields of one JSON object of a request. A field that is absent or null is empty; one
 * that is wrong is empty too, and its problem is noted under its path.
 */
public final class Fields {
  private final ObjectNode node;
  private final String path;
  private final Problems problems;

  private Fields(ObjectNode node, String path, Problems problems) {
    this.node = node;
    this.path = path;
    this.problems = problems;
  }

  /** Starts at a document; anything but an object is a problem. */
  public static Fields of(JsonNode document, Problems problems) {
    return of(document, "", problems);
  }

  private static Fields of(JsonNode node, String path, Problems problems) {
    if (node instanceof ObjectNode object) {
      return new Fields(object, path, problems);
    }
    problems.add(path, "is " + kind(node) + ", not an object", "write an object: {…}");
    return new Fields(Json.object(), path, problems);
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case MISSING -> "missing";
      case NULL -> "null";
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      case STRING -> "a text";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      case BINARY, POJO -> "of another type";
    };
  }

  /** Notes every field that is none of these. */
  public Fields only(String... names) {
    var known = Set.of(names);
    node.properties().stream()
        .map(entry -> entry.getKey())
        .filter(name -> !known.contains(name))
        .forEach(name -> add(name, "is not known here", "use one of " + String.join(", ", names)));
    return this;
  }

  public boolean has(String field) {
    return node.hasNonNull(field);
  }

  public String at(String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  public void add(String field, String message, String mend) {
    problems.add(field.isEmpty() ? path : at(field), message, mend);
  }

  private Optional<JsonNode> value(String field) {
    return Optional.ofNullable(node.get(field)).filter(value -> !value.isNull());
  }

  private <T> Optional<T> wrong(String field, String wanted, String mend) {
    add(field, "is " + kind(node.path(field)) + ", not " + wanted, mend);
    return Optional.empty();
  }

  /** An object; an absent one is empty. */
  public Fields object(String field) {
    return value(field)
        .map(value -> of(value, at(field), problems))
        .orElseGet(() -> new Fields(Json.object(), at(field), problems));
  }

  /** The objects of an array, an absent one has none. */
  public List<Fields> objects(String field) {
    var found = new ArrayList<Fields>();
    value(field)
        .ifPresent(value -> {
          if (!value.isArray()) {
            add(field, "is " + kind(value) + ", not an array", "write an array: […]");
            return;
          }
          for (int i = 0; i < value.size(); i++) {
            found.add(of(value.get(i), at(field) + "[" + i + "]", problems));
          }
        });
    return found;
  }

  public Optional<String> text(String field, String mend) {
    return value(field)
        .flatMap(value ->
            value.isTextual() ? Optional.of(value.textValue()) : wrong(field, "a text", mend));
  }

  /** A text that may not be left out. */
  public Optional<String> required(String field, String mend) {
    if (!has(field)) {
      add(field, "is missing", mend);
    }
    return text(field, mend);
  }

  public Optional<Boolean> flag(String field) {
    return value(field)
        .flatMap(value ->
            value.isBoolean()
                ? Optional.of(value.booleanValue())
                : wrong(field, "true or false", "write true or false"));
  }

  public Optional<Integer> whole(String field, int least, int most) {
    var mend = "give a whole number from " + least + " to " + most;
    return value(field)
        .flatMap(value -> {
          if (!value.isIntegralNumber()) {
            return wrong(field, "a whole number", mend);
          }
          if (!value.canConvertToInt() || value.intValue() < least || value.intValue() > most) {
            add(field, "is " + value + ", not " + least + " to " + most, mend);
            return Optional.empty();
          }
          return Optional.of(value.intValue());
        });
  }

  public Optional<BigDecimal> number(String field, String mend) {
    return value(field)
        .flatMap(value ->
            value.isNumber() ? Optional.of(value.decimalValue()) : wrong(field, "a number", mend));
  }

  /** An ISO 8601 duration between two. */
  public Optional<Duration> duration(String field, Duration least, Duration most) {
    var mend = "write an ISO 8601 duration from " + least + " to " + most + ", PT1H for an hour";
    return text(field, mend)
        .flatMap(text -> {
          try {
            var duration = Duration.parse(text.toUpperCase(Locale.ROOT));
            if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
              return Optional.of(duration);
            }
            add(field, "is " + text + ", not " + least + " to " + most, mend);
          } catch (DateTimeParseException _) {
            add(field, "is no duration: " + text, mend);
          }
          return Optional.empty();
        });
  }
}
