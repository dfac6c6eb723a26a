package dev.larder.cloud.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.topic.DirectMethod;
import java.time.Duration;

/** Asks modules of nodes to do something at once: IoT Hub's direct methods. */
@FunctionalInterface
public interface Methods {
  /**
   * Asks and waits for the answer.
   *
   * @throws dev.larder.cloud.refusal.Refusal when the node is not connected, does not take methods,
   *     or does not answer in time
   */
  DirectMethod.Response call(
      CacheNodeId node, ModuleId module, String method, JsonNode payload, Duration patience);
}
