package dev.larder.common.settings;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which query parameters tell objects apart: in JSON {@code "all"}, {@code "none"} or a list of
 * names. All go to the origin.
 */
public sealed interface KeyParameters {
  String ALL = "all";
  String NONE = "none";

  /** Every one, signatures too. */
  record All() implements KeyParameters {
    @JsonValue
    String text() {
      return ALL;
    }
  }

  /**
   * These and no others; case counts.
   *
   * @param names none stand for {@code "none"}
   */
  record Only(Set<String> names) implements KeyParameters {
    public Only {
      names = Set.copyOf(names);
    }

    @JsonValue
    Object json() {
      return names.isEmpty() ? NONE : List.copyOf(names).stream().sorted().toList();
    }
  }

  /** Reads the JSON form. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static KeyParameters of(JsonNode json) {
    if (json.isTextual() && json.asText().equals(ALL)) {
      return new All();
    }
    if (json.isTextual() && json.asText().equals(NONE)) {
      return new Only(Set.of());
    }
    var names = new LinkedHashSet<String>();
    for (var name : json) {
      if (!name.isTextual() || name.asText().isBlank()) {
        throw new IllegalArgumentException("a parameter's name is no text");
      }
      names.add(name.asText());
    }
    if (!json.isArray()) {
      throw new IllegalArgumentException("is not \"all\", \"none\" or a list of names");
    }
    return new Only(names);
  }
}
