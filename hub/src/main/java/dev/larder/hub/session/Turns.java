package dev.larder.hub.session;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The feeds of one session, each of which has its turn the more often the higher it stands. */
final class Turns {
  private final List<Feed> feeds = new ArrayList<>(1);

  /** Where the feed stood that had the last turn. */
  private long clock;

  List<Feed> feeds() {
    return feeds;
  }

  void add(Feed feed) {
    if (!feeds.contains(feed)) {
      feeds.add(feed);
    }
  }

  void remove(Feed feed) {
    feeds.remove(feed);
  }

  /** Whose turn it is, of those that have a message which need not be read from disk. */
  @Nullable Feed next() {
    Feed best = null;
    for (int i = 0; i < feeds.size(); i++) {
      var feed = feeds.get(i);
      boolean waits = !feed.loading && feed.isWanted() && feed.next() >= 0;
      if (waits && (best == null || Math.max(feed.turn, clock) < Math.max(best.turn, clock))) {
        best = feed;
      }
    }
    return best;
  }

  /** A feed has its turn: its message is taken. */
  void taken(Feed feed, long sequence) {
    long stood = Math.max(feed.turn, clock);
    feed.passTurn(clock);
    clock = stood;
    feed.taken(sequence);
  }
}
