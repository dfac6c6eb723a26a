package dev.larder.cloud.mqtt;

import dev.larder.cloud.refusal.Refusal;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What one hub has been asked and has not answered: nothing before the hub has subscribed, a
 * hundred at most, each for its time. On its connection's event loop alone.
 */
final class Unanswered<K, A> {
  private static final int MOST = 100;

  private final Vertx vertx;
  private final String kind;
  private final String owed;
  private final Map<K, Promise<A>> promises = new HashMap<>();

  /** Whether the hub has subscribed to them. */
  private boolean taken;

  /**
   * Of nothing yet.
   *
   * @param kind what an older hub does not take, as refusals name it
   * @param owed what the hub owes when it has too many, as refusals name it
   */
  Unanswered(Vertx vertx, String kind, String owed) {
    this.vertx = vertx;
    this.kind = kind;
    this.owed = owed;
  }

  void taken(boolean now) {
    taken = now;
  }

  boolean has(K id) {
    return promises.containsKey(id);
  }

  /** Adds one, to be forgotten after its patience; when it may not be, fails it and is false. */
  boolean add(K id, Promise<A> answer, Duration patience) {
    if (!taken) {
      answer.fail(
          new Refusal(
              Refusal.Reason.CONFLICT,
              "The node's hub takes no " + kind + " yet: move the node to a newer release."));
      return false;
    }
    if (promises.size() >= MOST) {
      answer.fail(
          new Refusal(
              Refusal.Reason.TOO_MANY, "The node has " + MOST + " " + owed + ". Try again later."));
      return false;
    }
    promises.put(id, answer);
    vertx.setTimer(patience.toMillis(), _ -> promises.remove(id, answer));
    return true;
  }

  /** The one that is answered now, unless it has been forgotten. */
  Optional<Promise<A>> take(K id) {
    return Optional.ofNullable(promises.remove(id));
  }

  /** The connection has ended: none will be answered. */
  void end(Supplier<Refusal> reason) {
    promises.values().forEach(answer -> answer.tryFail(reason.get()));
    promises.clear();
  }
}
