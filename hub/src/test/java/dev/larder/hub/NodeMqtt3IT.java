package dev.larder.hub;

import org.junit.jupiter.api.BeforeAll;

/** The npm package {@code mqtt}, MQTT 3.1.1. */
final class NodeMqtt3IT extends ClientContract {
  @BeforeAll
  static void install() throws Exception {
    NodeClient.install();
  }

  @Override
  RealClient connect(RealClient.Way way) throws Exception {
    return NodeClient.connect(way, 4, identity().trustFile());
  }
}
