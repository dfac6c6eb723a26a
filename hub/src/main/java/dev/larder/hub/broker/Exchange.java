package dev.larder.hub.broker;

import dev.larder.common.manifest.Route;
import dev.larder.hub.message.Message;
import dev.larder.hub.route.Router;
import dev.larder.hub.session.Reason;
import dev.larder.hub.store.Store;
import java.util.function.Consumer;

/**
 * Takes messages, keeps them for the sinks that the routes name, and wakes those. On the event loop
 * alone.
 */
public final class Exchange {
  private final Store store;
  private Router router;
  private Consumer<Route.Sink> wake = _ -> {};
  private long received;
  private long withoutRoute;
  private long refused;

  public Exchange(Store store, Router router) {
    this.store = store;
    this.router = router;
  }

  /** From now on messages go by these routes. */
  public void route(Router changed) {
    router = changed;
  }

  /** Whom to tell that a sink's queue has grown. */
  public void onWake(Consumer<Route.Sink> listener) {
    wake = listener;
  }

  /**
   * Takes a message.
   *
   * @param answer given once the message is on disk for every sink, or has none, or is refused
   */
  void take(Message message, Consumer<Reason> answer) {
    received++;
    var sinks = router.sinks(message);
    if (sinks.isEmpty()) {
      withoutRoute++;
      answer.accept(Reason.SUCCESS);
      return;
    }
    store.append(
        sinks,
        message,
        kept -> {
          switch (kept) {
            case ON_DISK -> {
              answer.accept(Reason.SUCCESS);
              sinks.forEach(wake);
            }
            case NO_ROOM -> answer.accept(Reason.QUOTA_EXCEEDED);
          }
        });
  }

  /** Counts a message that was refused or dropped without a word to its sender. */
  void dropped() {
    refused++;
  }

  /** Messages taken since the start. */
  public long received() {
    return received;
  }

  /** Messages that no route took, since the start. */
  public long withoutRoute() {
    return withoutRoute;
  }

  /** Messages dropped before they were stored, since the start. */
  public long refused() {
    return refused;
  }

  Store store() {
    return store;
  }
}
