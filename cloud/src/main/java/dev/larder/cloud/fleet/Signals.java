package dev.larder.cloud.fleet;

import dev.larder.common.id.CacheNodeId;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Wakes whoever holds a connection of a node when something about the node has changed. What has
 * changed is for the woken to look up.
 */
public final class Signals {
  private final ConcurrentHashMap<CacheNodeId, Set<Runnable>> listeners = new ConcurrentHashMap<>();

  /** Ends the listening. */
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /** Calls the listener, from any thread, at each change from now on. */
  public Registration listen(CacheNodeId node, Runnable listener) {
    listeners.compute(
        node,
        (_, known) -> {
          Set<Runnable> all = known == null ? ConcurrentHashMap.newKeySet() : known;
          all.add(listener);
          return all;
        });
    return () ->
        listeners.computeIfPresent(
            node,
            (_, known) -> {
              known.remove(listener);
              return known.isEmpty() ? null : known;
            });
  }

  /** To be called once the change is in the database. */
  void changed(Collection<CacheNodeId> nodes) {
    nodes.forEach(node -> listeners.getOrDefault(node, Set.of()).forEach(Runnable::run));
  }
}
