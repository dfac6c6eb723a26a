package dev.larder.hub.session;

import java.util.ArrayList;
import java.util.List;

/**
 * How a client wants a message, by all of its subscriptions that match (MQTT 5, 3.3.4): the highest
 * QoS, and all identifiers.
 *
 * @param retainAsPublished whether the retain flag stays as it was published
 * @param identifiers of the subscriptions that have one
 */
public record Grant(int qos, boolean retainAsPublished, List<Integer> identifiers) {
  /** For a message that waits for a client that has unsubscribed meanwhile. */
  static final Grant LEFT_OVER = new Grant(2, false, List.of());

  /** Both together. */
  Grant and(Grant other) {
    if (identifiers.isEmpty() && other.identifiers.isEmpty()) {
      return new Grant(
          Math.max(qos, other.qos), retainAsPublished || other.retainAsPublished, List.of());
    }
    var both = new ArrayList<>(identifiers);
    both.addAll(other.identifiers);
    return new Grant(
        Math.max(qos, other.qos), retainAsPublished || other.retainAsPublished, List.copyOf(both));
  }
}
