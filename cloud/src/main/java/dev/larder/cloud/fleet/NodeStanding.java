package dev.larder.cloud.fleet;

import dev.larder.cloud.state.NodeHealth;
import dev.larder.cloud.state.NodeHealth.Received;
import dev.larder.cloud.store.NodeRow;
import java.time.Instant;
import java.util.Optional;

/**
 * A node, what it reported last, and its state.
 *
 * @param hubConnected whether its hub is connected to this cloud now
 */
public record NodeStanding(
    NodeRow node, Optional<Received> last, NodeHealth health, boolean hubConnected) {
  static NodeStanding of(NodeRow node, Optional<Received> last, boolean hubConnected, Instant now) {
    var health =
        NodeHealth.of(
            !node.configuration().cacheDrives().isEmpty(),
            node.enrolledAt().isPresent(),
            last,
            now);
    return new NodeStanding(node, last, health, hubConnected);
  }
}
