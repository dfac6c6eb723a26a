package dev.larder.common.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * The name of a resource, a cache node or a layer: 1 to 90 letters, digits, hyphens and
 * underscores.
 */
public record Name(String value) {
  /** Connected Cache's rule for names. */
  public static final String PATTERN = "^[a-zA-Z0-9_-]{1,90}$";

  private static final Pattern COMPILED = Pattern.compile(PATTERN);

  public Name {
    if (!COMPILED.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "A name is 1 to 90 letters, digits, hyphens and underscores: " + value);
    }
  }

  @JsonCreator
  public static Name of(String text) {
    return new Name(text);
  }

  @JsonValue
  @Override
  public String toString() {
    return value;
  }
}
