package dev.larder.common.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * The id of a module in its node. IoT Edge's two system modules keep their names, {@code
 * $edgeAgent} and {@code $edgeHub}, as twins; as entries of {@code systemModules} and in topics
 * they are {@code edgeAgent} and {@code edgeHub}.
 */
public record ModuleId(String value) {
  /** What IoT Hub takes and what a container's name can carry as well. */
  private static final Pattern FORM = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}");

  public static final ModuleId AGENT = new ModuleId("edgeAgent");
  public static final ModuleId HUB = new ModuleId("edgeHub");
  public static final ModuleId CACHE = new ModuleId("cache");

  public ModuleId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "A module id is 1 to 63 letters, digits, '_', '.' and '-', a letter or digit first: "
              + value);
    }
  }

  /** Whether a text is a module's id. */
  public static boolean isOne(String text) {
    return FORM.matcher(text).matches();
  }

  @JsonCreator
  public static ModuleId of(String text) {
    return new ModuleId(text);
  }

  @JsonValue
  @Override
  public String toString() {
    return value;
  }
}
