package dev.larder.cloud.fleet;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.DeviceId;
import dev.larder.common.topic.DeviceboundEnvelope;

/** Hands messages for leaf devices to their nodes: IoT Hub's cloud-to-device messages. */
@FunctionalInterface
public interface Devicebound {
  /**
   * Returns when the node's hub keeps the message on disk.
   *
   * @throws dev.larder.cloud.refusal.Refusal when the node is not connected, does not take such
   *     messages, or does not confirm in time
   */
  void send(CacheNodeId node, DeviceId device, DeviceboundEnvelope message);
}
