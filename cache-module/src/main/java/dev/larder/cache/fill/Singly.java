package dev.larder.cache.fill;

import dev.larder.cache.fill.Openings.Wanted;
import dev.larder.cache.slice.FetchFailure;
import dev.larder.cache.slice.FetchFailure.Cause;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Asks once a key, however many clients wait for the answer. */
final class Singly {
  private static final int PATIENCE_SECONDS = 30;

  private final ConcurrentHashMap<String, CompletableFuture<Opened>> asked =
      new ConcurrentHashMap<>();

  boolean isAsked(String key) {
    return asked.containsKey(key);
  }

  /** Asks, or waits for whoever is asking; blocks. */
  Opened ask(Wanted wanted, Supplier<Opened> asking) throws InterruptedException {
    while (true) {
      var mine = new CompletableFuture<Opened>();
      var others = asked.putIfAbsent(wanted.key(), mine);
      if (others == null) {
        return lead(wanted, mine, asking);
      }
      var opened = await(others);
      // A link that was refused to another client may be good with this one's signature.
      boolean forAnother =
          opened instanceof Opened.Passed passed
              && !passed.target().equals(wanted.request().target());
      if (!forAnother) {
        return opened;
      }
    }
  }

  private Opened lead(Wanted wanted, CompletableFuture<Opened> mine, Supplier<Opened> asking) {
    Opened opened = new Opened.Failed(new FetchFailure(Cause.ORIGIN, "The cache failed."));
    try {
      opened = asking.get();
      return opened;
    } finally {
      asked.remove(wanted.key(), mine);
      mine.complete(opened instanceof Opened.Kept ? new Opened.Kept(new BitSet()) : opened);
    }
  }

  private static Opened await(CompletableFuture<Opened> others) throws InterruptedException {
    try {
      return others.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException _) {
      return new Opened.Failed(new FetchFailure(Cause.TIMEOUT, "The origin takes too long."));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
