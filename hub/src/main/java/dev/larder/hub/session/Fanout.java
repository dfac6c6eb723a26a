package dev.larder.hub.session;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who gets the messages of one topic.
 *
 * @param topicUtf8 the topic as it is sent
 * @param targets one a session, however many of its subscriptions match
 * @param groups of shared subscriptions, each of which gives a message to one of its members
 */
record Fanout(Utf8Topic topicUtf8, List<Target> targets, List<SharedGroup> groups) {
  /** The topic's bytes, which no one writes to. */
  static final class Utf8Topic {
    final byte[] bytes;

    Utf8Topic(byte[] bytes) {
      this.bytes = bytes;
    }
  }

  /**
   * A session that subscribes to it.
   *
   * @param grant for what others publish
   * @param own for what it publishes itself; null where every subscription says no local
   */
  record Target(Session session, Grant grant, @Nullable Grant own) {}

  boolean isEmpty() {
    return targets.isEmpty() && groups.isEmpty();
  }
}
