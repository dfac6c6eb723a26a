package dev.larder.hub;

import org.junit.jupiter.api.BeforeAll;

/** The npm package {@code mqtt}, MQTT 5. */
final class NodeMqtt5IT extends Client5Contract {
  @BeforeAll
  static void install() throws Exception {
    NodeClient.install();
  }

  @Override
  RealClient connect(RealClient.Way way) throws Exception {
    return NodeClient.connect(way, 5, identity().trustFile());
  }
}
