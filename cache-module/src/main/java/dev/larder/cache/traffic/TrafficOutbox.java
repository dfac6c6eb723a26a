package dev.larder.cache.traffic;

import dev.larder.common.traffic.TrafficMessage;
import dev.larder.common.traffic.TrafficMessage.Counts;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Traffic on its way to the hub: cut into messages, kept until acknowledged, in order. Counts of
 * the same minute are merged while they wait, for that is the row they end in; one that was sent is
 * never changed, so that a repetition of it, which has the same id, says the same.
 */
public final class TrafficOutbox {
  /** A day of minutes; past it the two oldest are merged, so that no count is lost. */
  public static final int MOST_WAITING = 1_440;

  private final String idPrefix;
  private final ArrayDeque<TrafficMessage> waiting = new ArrayDeque<>();
  private Map<String, Counts> counted = Map.of();
  private Optional<Sending> sending = Optional.empty();
  private Instant from;
  private long sent;

  /** A message and the id that all its repetitions carry. */
  public record Sending(String id, TrafficMessage message) {}

  /**
   * An empty outbox.
   *
   * @param idPrefix another for every start of the module
   * @param now when counting began
   */
  public TrafficOutbox(String idPrefix, Instant now) {
    this.idPrefix = idPrefix;
    this.from = now;
  }

  /** Puts what was counted since the last time into a message, if there was any. */
  public void cut(Map<String, Counts> totals, Instant now) {
    var since = new HashMap<String, Counts>();
    totals.forEach((type, total) -> {
      var more = minus(total, counted.getOrDefault(type, Counts.NONE));
      if (!more.equals(Counts.NONE)) {
        since.put(type, more);
      }
    });
    if (!since.isEmpty()) {
      add(new TrafficMessage(from, now, since));
    }
    counted = Map.copyOf(totals);
    from = now;
  }

  private void add(TrafficMessage message) {
    var last = waiting.peekLast();
    if (last != null && minute(last.from()).equals(minute(message.from()))) {
      waiting.removeLast();
      waiting.addLast(merge(last, message));
    } else {
      waiting.addLast(message);
    }
    if (waiting.size() > MOST_WAITING) {
      waiting.addFirst(merge(waiting.removeFirst(), waiting.removeFirst()));
    }
  }

  /** The message to send now: the one that was not acknowledged, else the oldest. */
  public Optional<Sending> next() {
    if (sending.isEmpty() && !waiting.isEmpty()) {
      sending = Optional.of(new Sending(idPrefix + "-" + sent++, waiting.removeFirst()));
    }
    return sending;
  }

  /** The hub has it. */
  public void acknowledged(Sending message) {
    if (sending.filter(message::equals).isPresent()) {
      sending = Optional.empty();
    }
  }

  private static Instant minute(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MINUTES);
  }

  private static TrafficMessage merge(TrafficMessage first, TrafficMessage second) {
    var counts = new HashMap<>(first.byContentType());
    second.byContentType().forEach((type, more) -> counts.merge(type, more, Counts::plus));
    return new TrafficMessage(first.from(), second.to(), counts);
  }

  private static Counts minus(Counts a, Counts b) {
    return new Counts(
        a.requests() - b.requests(),
        a.hits() - b.hits(),
        a.hitBytes() - b.hitBytes(),
        a.missBytes() - b.missBytes(),
        a.originBytes() - b.originBytes());
  }
}
