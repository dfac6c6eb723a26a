package dev.larder.cache.guard;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts the connections of clients and says which are too many. Thread-safe. */
public final class Connections {
  private static final int MOST = 10_000;

  private final ConcurrentHashMap<String, Integer> ofClients = new ConcurrentHashMap<>();
  private final AtomicInteger all = new AtomicInteger();
  private final LongAdder refused = new LongAdder();
  private volatile int mostPerClient;

  public Connections(int mostPerClient) {
    this.mostPerClient = mostPerClient;
  }

  /** Counts for those that come from now on. */
  public void limit(int perClient) {
    mostPerClient = perClient;
  }

  /** Whether a client's next connection is let in; if so, {@link #left} follows in the end. */
  public boolean admit(String client) {
    boolean room = all.incrementAndGet() <= MOST;
    boolean fewer = ofClients.merge(client, 1, Integer::sum) <= mostPerClient;
    if (!room || !fewer) {
      refused.increment();
      left(client);
    }
    return room && fewer;
  }

  public void left(String client) {
    all.decrementAndGet();
    ofClients.computeIfPresent(client, (_, open) -> open > 1 ? open - 1 : null);
  }

  /** Open now. */
  public int open() {
    return all.get();
  }

  /** Refused since the start. */
  public long refused() {
    return refused.sum();
  }
}
