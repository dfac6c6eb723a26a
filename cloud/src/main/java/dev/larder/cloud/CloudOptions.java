package dev.larder.cloud;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a cloud runs.
 *
 * @param data the folder of its keys and, with SQLite, its database
 * @param port of HTTPS; 0 takes a free one
 * @param mqttPort of MQTT over TLS; 0 takes a free one
 * @param publicHosts names and addresses by which it is reached; the first is what nodes are told
 * @param imagePrefix put before the names of the first release's images
 * @param development whether small drives and short frequencies are taken
 * @param adminPassword for the first start; a random one is made when empty
 * @param database a JDBC URL; SQLite in the data folder when empty
 */
public record CloudOptions(
    Path data,
    String bind,
    int port,
    int mqttPort,
    List<String> publicHosts,
    String imagePrefix,
    boolean development,
    Optional<String> adminPassword,
    Optional<String> database) {
  public CloudOptions {
    publicHosts = List.copyOf(publicHosts);
    if (publicHosts.isEmpty()) {
      throw new IllegalArgumentException("A cloud needs a host by which it is reached");
    }
  }

  @Override
  public String toString() {
    return "CloudOptions[" + data + "]";
  }
}
