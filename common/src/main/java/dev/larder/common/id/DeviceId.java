package dev.larder.common.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The id of a leaf device: a machine beside the node that speaks to its hub. Wherever a module's id
 * can stand too (twins, senders of telemetry, methods), the device goes by its {@link #name}.
 */
public record DeviceId(String value) {
  /** Stands before the id in {@link #name()}; no module's id can hold it. */
  public static final String PREFIX = "device:";

  /** What an id is, to tell whoever wrote another. */
  public static final String RULE = "1 to 128 letters, digits and - . % _ * ? ! ( ) , : = @ $ '";

  /** The same as a pattern: IoT Hub's rule without what MQTT keeps for filters. */
  public static final String PATTERN = "[a-zA-Z0-9.%_*?!(),:=@$'-]{1,128}";

  private static final Pattern COMPILED = Pattern.compile(PATTERN);
  private static final int LONGEST = 128;

  public DeviceId {
    if (!isOne(value)) {
      throw new IllegalArgumentException(
          "A device id is " + RULE + ": " + value.substring(0, Math.min(value.length(), LONGEST)));
    }
  }

  /** Whether a device can have this id. */
  public static boolean isOne(String text) {
    return COMPILED.matcher(text).matches();
  }

  @JsonCreator
  public static DeviceId of(String text) {
    return new DeviceId(text);
  }

  /** The device of a {@link #name}; empty when the name is not a device's. */
  public static Optional<DeviceId> ofName(String name) {
    return name.startsWith(PREFIX) && isOne(name.substring(PREFIX.length()))
        ? Optional.of(new DeviceId(name.substring(PREFIX.length())))
        : Optional.empty();
  }

  /** {@code device:<id>}. */
  public String name() {
    return PREFIX + value;
  }

  @JsonValue
  @Override
  public String toString() {
    return value;
  }
}
