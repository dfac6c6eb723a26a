package dev.larder.common.manifest;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a leaf device proves that it is itself: by a key, by a client certificate, or either.
 *
 * @param generation that its key is made with; empty when it has none
 * @param thumbprints of its client certificates, the primary and the secondary: SHA-1 or SHA-256 in
 *     lower-case hex
 */
public record DeviceAuth(Optional<String> generation, List<String> thumbprints) {
  /** IoT Hub has two, so that one can be renewed while the other is in use. */
  static final int MOST_THUMBPRINTS = 2;

  private static final Pattern GENERATION = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern THUMBPRINT = Pattern.compile("[0-9a-fA-F]{40}|[0-9a-fA-F]{64}");

  public DeviceAuth {
    thumbprints = thumbprints.stream().map(t -> t.toLowerCase(Locale.ROOT)).toList();
    if (generation.isEmpty() && thumbprints.isEmpty()) {
      throw new IllegalArgumentException("A device has a generation or a thumbprint");
    }
    if (!generation.map(DeviceAuth::isGeneration).orElse(true)
        || !thumbprints.stream().allMatch(DeviceAuth::isThumbprint)
        || thumbprints.size() > MOST_THUMBPRINTS) {
      throw new IllegalArgumentException("Not a device's: " + generation + ", " + thumbprints);
    }
  }

  static boolean isGeneration(String text) {
    return GENERATION.matcher(text).matches();
  }

  static boolean isThumbprint(String text) {
    return THUMBPRINT.matcher(text).matches();
  }
}
