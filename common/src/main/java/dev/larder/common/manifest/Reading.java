package dev.larder.common.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Problems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Reads fields of one JSON object and notes each problem under its path; remembers which fields it
 * was asked for.
 */
final class Reading {
  private final ObjectNode node;
  private final String path;
  private final Problems problems;
  private final Set<String> asked;

  private Reading(ObjectNode node, String path, Problems problems) {
    this(node, path, problems, new HashSet<>());
  }

  private Reading(ObjectNode node, String path, Problems problems, Set<String> asked) {
    this.node = node;
    this.path = path;
    this.problems = problems;
    this.asked = asked;
  }

  static Reading of(JsonNode node, String path, Problems problems) {
    if (node instanceof ObjectNode object) {
      return new Reading(object, path, problems);
    }
    problems.add(
        path,
        node.isMissingNode() ? "is missing" : "is " + kind(node) + ", not an object",
        "write an object: {…}");
    return new Reading(Json.object(), path, new Problems());
  }

  /** The same object, its problems noted elsewhere. */
  Reading noting(Problems elsewhere) {
    return new Reading(node, path, elsewhere, asked);
  }

  private static String kind(JsonNode node) {
    return "a " + node.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
  }

  /** The object itself; what is read of it there counts as not asked for. */
  ObjectNode node() {
    return node;
  }

  /** Passes over fields that are known, as if they were asked for. */
  void passOver(Predicate<String> known) {
    fields().filter(known).forEach(asked::add);
  }

  /** The paths of the fields that were not asked for, in their order. */
  Stream<String> unasked() {
    return fields().filter(field -> !asked.contains(field)).map(this::at);
  }

  private Stream<String> fields() {
    return node.propertyStream().map(Map.Entry::getKey);
  }

  String at(String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  boolean has(String field) {
    asked.add(field);
    return node.hasNonNull(field);
  }

  /** A field as it is; missing also when it is null. */
  JsonNode get(String field) {
    asked.add(field);
    var value = node.get(field);
    return value == null || value.isNull() ? MissingNode.getInstance() : value;
  }

  /** A required object. */
  Reading object(String field) {
    return of(get(field), at(field), problems);
  }

  /** An object that may be left out, which then is empty. */
  Reading optionalObject(String field) {
    return has(field) ? object(field) : new Reading(Json.object(), at(field), problems);
  }

  /** A required text that is not blank. */
  String text(String field, String mend) {
    return optionalText(field, mend)
        .orElseGet(() -> {
          if (!has(field)) {
            add(field, "is missing", mend);
          }
          return "";
        });
  }

  Optional<String> optionalText(String field, String mend) {
    if (!has(field)) {
      return Optional.empty();
    }
    var value = get(field);
    if (!value.isTextual()) {
      add(field, "is " + kind(value) + ", not a text", mend);
      return Optional.empty();
    }
    if (value.textValue().isBlank()) {
      add(field, "is empty", mend);
      return Optional.empty();
    }
    return Optional.of(value.textValue());
  }

  /** A text, number or flag as text; empty when it is left out or blank. */
  String scalar(String field, String mend) {
    var value = get(field);
    if (value.isContainerNode()) {
      add(field, "is " + kind(value) + ", not a text", mend);
    }
    return value.asText("").strip();
  }

  /** The elements of an array that may be left out; what is no array of at most so many is told. */
  List<JsonNode> elements(String field, int most) {
    if (!has(field)) {
      return List.of();
    }
    var value = get(field);
    if (!value.isArray()) {
      add(field, "is " + kind(value) + ", not an array", "write an array: […]");
      return List.of();
    }
    if (value.size() > most) {
      add(field, "has " + value.size() + " elements", "give it at most " + most);
      return List.of();
    }
    return value.valueStream().toList();
  }

  /** An array of objects. */
  List<Reading> objects(String field, int most) {
    var found = new ArrayList<Reading>();
    for (var element : elements(field, most)) {
      found.add(of(element, at(field) + "[" + found.size() + "]", problems));
    }
    return found;
  }

  /** An array of texts of which each meets a condition; those that do not are told. */
  List<String> texts(String field, int most, Predicate<String> valid, String mend) {
    var found = new ArrayList<String>();
    int place = 0;
    for (var element : elements(field, most)) {
      if (element.isTextual() && valid.test(element.textValue())) {
        found.add(element.textValue());
      } else {
        add(field + "[" + place + "]", "is " + element + ", which is not taken here", mend);
      }
      place++;
    }
    return found;
  }

  boolean flag(String field, boolean otherwise) {
    if (!has(field)) {
      return otherwise;
    }
    var value = get(field);
    if (!value.isBoolean()) {
      add(field, "is " + value + ", neither true nor false", "write true or false");
      return otherwise;
    }
    return value.booleanValue();
  }

  long whole(String field, long least, long most, long otherwise) {
    if (!has(field)) {
      return otherwise;
    }
    var value = get(field);
    if (!value.canConvertToLong()
        || !value.isIntegralNumber()
        || value.longValue() < least
        || value.longValue() > most) {
      add(
          field,
          "is " + value + ", not a whole number from " + least + " to " + most,
          "give a number in that range");
      return otherwise;
    }
    return value.longValue();
  }

  <E extends Enum<E>> E oneOf(String field, Class<E> type, Function<E, String> text, E otherwise) {
    if (!has(field)) {
      return otherwise;
    }
    var value = get(field);
    var choices = type.getEnumConstants();
    for (var choice : choices) {
      if (value.isTextual() && text.apply(choice).equals(value.textValue())) {
        return choice;
      }
    }
    var names = java.util.Arrays.stream(choices).map(text).toList();
    add(field, "is " + value + ", not one of " + String.join(", ", names), "use one of them");
    return otherwise;
  }

  void add(String field, String message, String mend) {
    problems.add(at(field), message, mend);
  }

  Problems problems() {
    return problems;
  }
}
