package dev.larder.common.trust;

import java.util.regex.Pattern;

/**
 * A leaf device's key: HMAC-SHA256(K, "/devices/" + deviceId + "/" + generation), where K is the
 * node's secret. A module's input ({@link ModuleKey}) starts with a letter or digit, so that no
 * device's key is a module's; no device id holds a slash, so that no two devices share one.
 * ("{@code device:}" in front would not do: it is how the input of a module named {@code device}
 * starts.)
 */
public final class DeviceKey {
  /** IoT Hub's rule for device ids, without what MQTT keeps for filters ({@code +}, {@code #}). */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9\\-.%_*?!(),:=@$']{1,128}");

  private DeviceKey() {}

  /** Whether a device can have this id. */
  public static boolean isDeviceId(String text) {
    return ID.matcher(text).matches();
  }

  /** Answers the id; one that no device can have is an {@link IllegalArgumentException}. */
  public static String requireDeviceId(String text) {
    if (!isDeviceId(text)) {
      throw new IllegalArgumentException(
          "A device id is 1 to 128 letters, digits and any of - . % _ * ? ! ( ) , : = @ $ ': "
              + text.substring(0, Math.min(text.length(), 128)));
    }
    return text;
  }

  /**
   * The key as base64, which is also the device's MQTT password.
   *
   * @param generation empty for the first; another makes the keys before it worthless
   */
  public static String derive(byte[] nodeSecret, String deviceId, String generation) {
    return ModuleKey.derive(nodeSecret, "/devices/" + requireDeviceId(deviceId) + "/" + generation);
  }
}
