package dev.larder.hub.session;

/** Reads messages that are no longer in memory. */
public interface Loader {
  /** Puts the messages from a sequence on into the feed's queue, then goes on. */
  void load(Feed feed, long first, Runnable then);
}
