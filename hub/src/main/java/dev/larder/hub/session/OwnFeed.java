package dev.larder.hub.session;

import dev.larder.hub.log.MessageQueue;
import dev.larder.hub.message.Kept;
import java.nio.charset.StandardCharsets;

/** A session's own queue: what came on the open topics that it subscribes to. */
final class OwnFeed extends Feed {
  private final Wanted wanted;
  private final Cursor cursor;
  private String lastTopic = "";
  private byte[] lastUtf8 = {};

  OwnFeed(Wanted wanted, MessageQueue queue) {
    super(queue);
    this.wanted = wanted;
    this.cursor = new Cursor(queue);
  }

  @Override
  protected long next() {
    return cursor.next();
  }

  @Override
  protected void taken(long sequence) {
    cursor.taken(sequence);
  }

  @Override
  protected void skip(long sequence) {
    cursor.skip(sequence);
  }

  @Override
  protected Grant grant(Kept message) {
    return wanted.grant(message.topic());
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // Spares most of the encoding, for topics are one object.
  protected byte[] topic(Kept message) {
    if (lastTopic != message.topic()) {
      lastTopic = message.topic();
      lastUtf8 = lastTopic.getBytes(StandardCharsets.UTF_8);
    }
    return lastUtf8;
  }

  @Override
  protected boolean isWanted() {
    return true;
  }
}
