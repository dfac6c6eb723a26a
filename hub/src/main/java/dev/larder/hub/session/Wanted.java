package dev.larder.hub.session;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a client wants: its subscriptions by filter, and how it gets messages of a topic. */
final class Wanted {
  private Map<String, Subscription> subscriptions = Map.of();

  /** What was found for the topic that was asked for last. */
  private String grantedTopic = "";

  private @Nullable Grant granted;

  /** A view of them; nobody writes to it. */
  Map<String, Subscription> subscriptions() {
    return subscriptions;
  }

  /** Adds or replaces one; the one before it, if any. */
  @Nullable Subscription add(Subscription subscription) {
    if (subscriptions.isEmpty()) {
      subscriptions = new LinkedHashMap<>(2);
    }
    grantedTopic = "";
    return subscriptions.put(subscription.filter(), subscription);
  }

  @Nullable Subscription remove(String filter) {
    grantedTopic = "";
    return subscriptions.isEmpty() ? null : subscriptions.remove(filter);
  }

  /** How messages of a topic are wanted; shared subscriptions do not count. */
  @SuppressWarnings("ReferenceEquality") // The decoder gives equal topics as one object, mostly.
  Grant grant(String topic) {
    if (grantedTopic != topic || granted == null) {
      granted = find(topic).orElse(Grant.LEFT_OVER);
      grantedTopic = topic;
    }
    return granted;
  }

  /** The same; empty when none matches. */
  Optional<Grant> find(String topic) {
    Grant found = null;
    for (var subscription : subscriptions.values()) {
      if (subscription.group().isEmpty() && subscription.topics().matches(topic)) {
        found = found == null ? subscription.grant() : found.and(subscription.grant());
      }
    }
    return Optional.ofNullable(found);
  }
}
