package dev.larder.hub;

import dev.larder.common.identity.ModuleIdentity;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where things are, from the environment: {@code LARDER_IDENTITY}, {@code LARDER_DATA}, {@code
 * LARDER_MQTT_PORT}, {@code LARDER_WS_PORT}, {@code LARDER_MQTT_OPEN}, {@code LARDER_EDGEHUB},
 * {@code LARDER_HEALTH_ADDRESS}, {@code LARDER_HEALTH_PORT}.
 *
 * @param identity the folder that the agent mounts
 * @param data where the hub keeps what it keeps
 * @param mqttPort MQTT over TLS; 0 for any free one
 * @param webPort MQTT over WebSocket, and HTTPS; 0 for any free one
 * @param open MQTT without TLS, for programs of the same machine; none unless asked for
 * @param edgeHub a file with the {@code $edgeHub} document that holds until the cloud sends one
 * @param health where health and metrics are answered
 */
record HubConfig(
    Path identity,
    Path data,
    int mqttPort,
    int webPort,
    Optional<InetSocketAddress> open,
    Optional<Path> edgeHub,
    InetSocketAddress health) {
  static HubConfig of(Map<String, String> environment) {
    return new HubConfig(
        Path.of(environment.getOrDefault("LARDER_IDENTITY", ModuleIdentity.MOUNT)),
        Path.of(environment.getOrDefault("LARDER_DATA", "/data")),
        port(environment, "LARDER_MQTT_PORT", 8883),
        port(environment, "LARDER_WS_PORT", 443),
        Optional.ofNullable(environment.get("LARDER_MQTT_OPEN")).map(HubConfig::address),
        Optional.ofNullable(environment.get("LARDER_EDGEHUB")).map(Path::of),
        InetSocketAddress.createUnresolved(
            environment.getOrDefault("LARDER_HEALTH_ADDRESS", "127.0.0.1"),
            port(environment, "LARDER_HEALTH_PORT", 9600)));
  }

  private static int port(Map<String, String> environment, String name, int otherwise) {
    return port(name, environment.getOrDefault(name, String.valueOf(otherwise)));
  }

  private static int port(String name, String text) {
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

  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException(
          "LARDER_MQTT_OPEN is \""
              + text
              + "\": write the address to listen on and a port, for example 127.0.0.1:1883");
    }
    return InetSocketAddress.createUnresolved(
        text.substring(0, colon), port("LARDER_MQTT_OPEN", text.substring(colon + 1)));
  }
}
