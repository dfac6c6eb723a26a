package dev.larder.hub.session;

import dev.larder.hub.log.Log;

/**
 * What all sessions share.
 *
 * @param loader reads messages that are no longer in memory
 */
record Parts(Log log, Commitments commitments, Counters counters, Loader loader) {
  /** Reads from disk. */
  interface Loader {
    /** Reads the next messages of a feed, puts them into its queue, and then goes on. */
    void load(Feed feed, long first, Runnable then);
  }
}
