package dev.larder.hub.iothub;

import dev.larder.hub.log.MessageQueue;
import dev.larder.hub.message.Kept;
import dev.larder.hub.session.Feed;
import dev.larder.hub.session.Grant;
import dev.larder.hub.session.Session;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The queue of a module's input, or of a device's messages from the cloud. It is drawn from while
 * its session subscribes to it, and what a lost connection leaves unacknowledged is drawn again by
 * the next.
 */
final class RoutedFeed extends Feed {
  private final Session session;
  private final String prefix;
  private Optional<Grant> wish = Optional.empty();
  private long cursor;

  /**
   * A feed of a session.
   *
   * @param prefix of the topics under which its messages are sent; their properties follow it
   */
  RoutedFeed(Session session, MessageQueue queue, String prefix) {
    super(queue);
    this.session = session;
    this.prefix = prefix;
  }

  boolean drawsFrom(MessageQueue other) {
    return queue == other;
  }

  /** The session's subscriptions have changed. */
  void refresh() {
    wish = session.find(prefix);
  }

  @Override
  protected long next() {
    return queue.nextAfter(cursor);
  }

  @Override
  protected void taken(long sequence) {
    cursor = sequence;
  }

  @Override
  protected Grant grant(Kept message) {
    return wish.orElseGet(() -> new Grant(1, false, List.of()));
  }

  @Override
  protected byte[] topic(Kept message) {
    return (prefix + Events.properties(message.topic())).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  protected boolean isWanted() {
    return wish.isPresent();
  }

  @Override
  protected boolean giveBack(long sequence) {
    cursor = Math.min(cursor, sequence - 1);
    return true;
  }
}
