package dev.larder.common.trust;

import dev.larder.common.id.DeviceId;

/**
 * A leaf device's key: HMAC-SHA256(K, "/devices/" + deviceId + "/" + generation), where K is the
 * node's secret. A module's input ({@link ModuleKey}) starts with a letter or digit, so that no
 * device's key is a module's; no device id holds a slash, so that no two devices share one.
 * ("{@code device:}" in front would not do: it is how the input of a module named {@code device}
 * starts.)
 */
public final class DeviceKey {
  private DeviceKey() {}

  /**
   * The key as base64, which is also the device's MQTT password.
   *
   * @param generation empty for the first; another makes the keys before it worthless
   */
  public static String derive(byte[] nodeSecret, String deviceId, String generation) {
    return ModuleKey.derive(nodeSecret, "/devices/" + DeviceId.of(deviceId) + "/" + generation);
  }
}
