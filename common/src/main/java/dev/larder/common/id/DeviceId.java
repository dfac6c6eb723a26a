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

  /** IoT Hub's rule; none of these characters has a meaning in a topic. */
  private static final Pattern FORM = Pattern.compile("[a-zA-Z0-9.%_*?!(),:=@$'-]{1,128}");

  public DeviceId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "A device id is 1 to 128 letters, digits and - . % _ * ? ! ( ) , : = @ $ ': " + value);
    }
  }

  @JsonCreator
  public static DeviceId of(String text) {
    return new DeviceId(text);
  }

  /** The device of a {@link #name}; empty when the name is not a device's. */
  public static Optional<DeviceId> ofName(String name) {
    return name.startsWith(PREFIX) && FORM.matcher(name.substring(PREFIX.length())).matches()
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
