package dev.larder.cloud.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.cloud.refusal.Refusal;
import dev.larder.cloud.refusal.Refusal.Reason;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.topic.DirectMethod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Direct methods of the nodes' agents. They wait here for the agent, which comes for them by its
 * own HTTPS, so that they work while the node's hub does not. Each is handed out once.
 */
public final class AgentMethods implements Methods, AutoCloseable {
  /** What one agent may owe at a time. */
  public static final int MOST = 16;

  /** An agent that polls is between two polls for less than this. */
  private static final Duration COMES_WITHIN = Duration.ofSeconds(5);

  private final Signals signals;
  private final Clock clock;
  private final Map<CacheNodeId, Map<String, Asked>> unanswered = new HashMap<>();
  private boolean closed;

  /** One that has no answer yet. */
  private static final class Asked {
    private final String method;
    private final JsonNode payload;
    private final Instant deadline;
    private final CompletableFuture<DirectMethod.Response> answer = new CompletableFuture<>();

    /** Neither handed out nor given up. */
    private boolean waits = true;

    Asked(String method, JsonNode payload, Instant deadline) {
      this.method = method;
      this.payload = payload;
      this.deadline = deadline;
    }
  }

  /**
   * Nothing is asked yet.
   *
   * @param signals by which whoever holds a poll of the node is woken
   */
  public AgentMethods(Signals signals, Clock clock) {
    this.signals = signals;
    this.clock = clock;
  }

  /** Asks the agent and waits; not on an event loop. */
  @Override
  public DirectMethod.Response call(
      CacheNodeId node, String target, String method, JsonNode payload, Duration patience) {
    var id = UUID.randomUUID().toString();
    var asked = new Asked(method, payload, clock.instant().plus(patience));
    add(node, id, asked);
    try {
      signals.changed(List.of(node));
      return await(asked, patience);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw stopping();
    } finally {
      take(node, id);
    }
  }

  private synchronized void add(CacheNodeId node, String id, Asked asked) {
    if (closed) {
      throw stopping();
    }
    var owed = unanswered.computeIfAbsent(node, _ -> new LinkedHashMap<>());
    if (owed.size() >= MOST) {
      throw new Refusal(
          Reason.TOO_MANY, "The node's agent has " + MOST + " methods to answer. Try again later.");
    }
    owed.put(id, asked);
  }

  private DirectMethod.Response await(Asked asked, Duration patience) throws InterruptedException {
    var first = patience.compareTo(COMES_WITHIN) < 0 ? patience : COMES_WITHIN;
    try {
      return within(asked, first);
    } catch (TimeoutException _) {
      if (givenUp(asked)) {
        throw new Refusal(
            Reason.CONFLICT,
            "The node's agent did not come for the method within "
                + first.toSeconds()
                + " s; it is not carried out. Look at the node's state; an agent of an earlier"
                + " release takes none.");
      }
    }
    try {
      return within(asked, patience.minus(first));
    } catch (TimeoutException _) {
      throw new Refusal(
          Reason.LATE,
          "The node's agent did not answer within "
              + patience.toSeconds()
              + " s. It may still carry the method out; wait longer with responseTimeout.");
    }
  }

  private static DirectMethod.Response within(Asked asked, Duration patience)
      throws InterruptedException, TimeoutException {
    try {
      return asked.answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Refusal refusal ? refusal : new IllegalStateException(e);
    }
  }

  /** Whether it could be given up: it is not handed out, and will not be. */
  private synchronized boolean givenUp(Asked asked) {
    var waited = asked.waits;
    asked.waits = false;
    return waited;
  }

  /** The next method for a node's agent, which must have shown that it is the node's. */
  public synchronized Optional<DirectMethod.Handed> next(CacheNodeId node) {
    var now = clock.instant();
    for (var entry : unanswered.getOrDefault(node, Map.of()).entrySet()) {
      var asked = entry.getValue();
      if (asked.waits && now.isBefore(asked.deadline)) {
        asked.waits = false;
        return Optional.of(
            new DirectMethod.Handed(
                entry.getKey(),
                asked.method,
                asked.payload,
                Duration.between(now, asked.deadline)));
      }
    }
    return Optional.empty();
  }

  /** Takes an answer; false when nobody waits for it any more. */
  public boolean answered(CacheNodeId node, String requestId, DirectMethod.Response response) {
    return take(node, requestId).map(asked -> asked.answer.complete(response)).orElse(false);
  }

  private synchronized Optional<Asked> take(CacheNodeId node, String requestId) {
    var owed = unanswered.getOrDefault(node, new HashMap<>());
    var asked = Optional.ofNullable(owed.remove(requestId));
    if (owed.isEmpty()) {
      unanswered.remove(node);
    }
    return asked;
  }

  private static Refusal stopping() {
    return new Refusal(
        Reason.CONFLICT,
        "This cloud is stopping. The method may have been carried out; ask for its effect once the"
            + " cloud is there again.");
  }

  /** Ends all waiting; no more can be asked. */
  @Override
  public synchronized void close() {
    closed = true;
    unanswered
        .values()
        .forEach(owed -> owed.values().forEach(a -> a.answer.completeExceptionally(stopping())));
  }
}
