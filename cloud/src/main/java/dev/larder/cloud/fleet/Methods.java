package dev.larder.cloud.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.topic.DirectMethod;
import java.time.Duration;

/** Asks modules and leaf devices of nodes to do something at once: IoT Hub's direct methods. */
@FunctionalInterface
public interface Methods {
  /**
   * Asks and waits for the answer.
   *
   * @param target a module's id or a leaf device's name
   * @throws dev.larder.cloud.refusal.Refusal when the node is not connected, does not take methods,
   *     or does not answer in time
   */
  DirectMethod.Response call(
      CacheNodeId node, String target, String method, JsonNode payload, Duration patience);
}
