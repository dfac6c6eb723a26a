package dev.larder.hub.session;

import dev.larder.hub.log.MessageQueue;
import dev.larder.hub.message.Kept;
import org.jspecify.annotations.Nullable;

/** A queue as one session draws from it; its own, a shared group's, a module's input's. */
public abstract class Feed {
  private static final int LOWEST_PRIORITY = 9;

  protected final MessageQueue queue;

  /** Where it stands in the order of turns; the feed that stands lowest is next. */
  long turn;

  /** Messages are being read from disk for it. */
  boolean loading;

  protected Feed(MessageQueue queue) {
    this.queue = queue;
  }

  public final MessageQueue queue() {
    return queue;
  }

  /** The next message's sequence; -1 for none. */
  protected abstract long next();

  /** Notes that the message which {@link #next} named has been taken. */
  protected abstract void taken(long sequence);

  /** Passes over a message that is in flight since before a restart. */
  protected void skip(long sequence) {
    throw new IllegalStateException("Nothing of this feed outlives a restart in flight");
  }

  /**
   * Offers back a message that was sent and not acknowledged when the connection ended.
   *
   * @return whether others take it; else it stays in flight for the session's next connection
   */
  protected boolean giveBack(long sequence) {
    return false;
  }

  /**
   * Gives up a message that the client may have when the session ends, at QoS 2 and not complete.
   */
  protected void giveUp(long sequence) {
    giveBack(sequence);
  }

  /** How the session wants it. */
  protected abstract Grant grant(Kept message);

  /** The topic under which the session gets it. */
  protected abstract byte[] topic(Kept message);

  /** Whether the session wants any of it now. */
  protected abstract boolean isWanted();

  final @Nullable Kept message(long sequence) {
    return queue.message(sequence);
  }

  /**
   * Moves on after a message: half as far as the next lower priority, so that it comes twice as
   * often and no one starves.
   *
   * @param clock where the feed stood that had the last turn
   */
  final void passTurn(long clock) {
    turn = Math.max(turn, clock) + (1L << Math.min(queue.priority(), LOWEST_PRIORITY));
  }
}
