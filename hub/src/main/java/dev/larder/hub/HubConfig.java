package dev.larder.hub;

import dev.larder.common.identity.ModuleIdentity;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where things are: {@code LARDER_IDENTITY}, {@code LARDER_DATA}, {@code LARDER_MQTT_PORT}, {@code
 * LARDER_HEALTH_PORT}.
 *
 * @param identity the folder that the agent mounts
 * @param data where the hub keeps what it keeps
 * @param mqttPort 0 for any free one
 * @param healthPort 0 for any free one
 */
record HubConfig(Path identity, Path data, int mqttPort, int healthPort) {
  static HubConfig of(Map<String, String> environment) {
    return new HubConfig(
        Path.of(environment.getOrDefault("LARDER_IDENTITY", ModuleIdentity.MOUNT)),
        Path.of(environment.getOrDefault("LARDER_DATA", "/data")),
        port(environment, "LARDER_MQTT_PORT", 8883),
        port(environment, "LARDER_HEALTH_PORT", 9600));
  }

  private static int port(Map<String, String> environment, String name, int otherwise) {
    var text = environment.getOrDefault(name, String.valueOf(otherwise));
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException _) {
      // Told below, together with a number out of range.
    }
    throw new IllegalArgumentException(
        name + " is \"" + text + "\": give a port from 0 to 65535, or leave it out");
  }
}
