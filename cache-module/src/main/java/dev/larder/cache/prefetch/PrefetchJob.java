package dev.larder.cache.prefetch;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An order and how far it is. Immutable: each thing that happens makes the next state.
 *
 * @param next the item that is being fetched, or is to be fetched next
 * @param failed how many items could not be fetched
 * @param settled bytes of the items before the next
 * @param item bytes of the item that is being fetched
 * @param failures the first of them
 */
public record PrefetchJob(
    String id,
    PrefetchOrder order,
    Instant created,
    State state,
    int next,
    int failed,
    Bytes settled,
    Bytes item,
    List<Failure> failures,
    Optional<Instant> ended) {
  private static final int MOST_FAILURES = 100;

  /** What a job does. */
  public enum State {
    /** It fetches. */
    @JsonProperty("running")
    RUNNING,
    /** It waits for its window. */
    @JsonProperty("waiting")
    WAITING,
    /** Every item was fetched or has failed. */
    @JsonProperty("done")
    DONE,
    @JsonProperty("cancelled")
    CANCELLED
  }

  /** An item that could not be fetched, and why. */
  public record Failure(String url, String reason) {}

  /**
   * How many bytes.
   *
   * @param done wanted and here
   * @param total wanted, as far as lengths are known: those of objects begun
   * @param fetched asked of origins by this job; what is done beyond that was here
   */
  public record Bytes(long done, long total, long fetched) {
    static final Bytes NONE = new Bytes(0, 0, 0);

    Bytes plus(Bytes more) {
      return new Bytes(done + more.done, total + more.total, fetched + more.fetched);
    }
  }

  /** The counts of a job as it is shown. */
  public record Objects(int done, int failed, int total) {}

  /** A job as it is shown: without the list of what was ordered, which may be long. */
  public record View(
      String id,
      State state,
      Instant created,
      Optional<Instant> ended,
      Optional<Long> bytesPerSecond,
      Optional<Window> window,
      Objects objects,
      Bytes bytes,
      Optional<String> current,
      List<Failure> failures) {}

  public PrefetchJob {
    failures = List.copyOf(failures);
  }

  public static PrefetchJob of(String id, PrefetchOrder order, Instant now) {
    return new PrefetchJob(
        id, order, now, State.RUNNING, 0, 0, Bytes.NONE, Bytes.NONE, List.of(), Optional.empty());
  }

  public boolean isOver() {
    return state == State.DONE || state == State.CANCELLED;
  }

  /** The item to fetch; empty when there is none left. */
  public Optional<PrefetchOrder.Item> current() {
    return !isOver() && next < order.items().size()
        ? Optional.of(order.items().get(next))
        : Optional.empty();
  }

  /** As it goes on after a restart: the item that was being fetched is looked at from its start. */
  public PrefetchJob resumed() {
    return isOver() ? this : with(state, new Bytes(0, 0, item.fetched), ended);
  }

  /** It waits for its window, or no longer. */
  public PrefetchJob waiting(boolean waits) {
    return isOver() ? this : with(waits ? State.WAITING : State.RUNNING, item, ended);
  }

  /** The length of what is wanted of the current item is known. */
  public PrefetchJob measured(long bytes) {
    return with(state, item.plus(new Bytes(0, bytes, 0)), ended);
  }

  /** Wanted bytes are here. */
  public PrefetchJob here(long bytes) {
    return with(state, item.plus(new Bytes(bytes, 0, 0)), ended);
  }

  /** Bytes were asked of the origin. */
  public PrefetchJob fetched(long bytes) {
    return with(state, item.plus(new Bytes(0, 0, bytes)), ended);
  }

  /** The current item is here. */
  public PrefetchJob itemDone(Instant now) {
    return advance(failed, failures, now);
  }

  /** The current item cannot be fetched. */
  public PrefetchJob itemFailed(String reason, Instant now) {
    var more = new ArrayList<>(failures);
    if (more.size() < MOST_FAILURES) {
      current().ifPresent(failing -> more.add(new Failure(failing.url(), reason)));
    }
    return advance(failed + 1, more, now);
  }

  private PrefetchJob advance(int failedNow, List<Failure> failuresNow, Instant now) {
    if (isOver()) {
      return this;
    }
    boolean over = next + 1 >= order.items().size();
    return new PrefetchJob(
        id,
        order,
        created,
        over ? State.DONE : state,
        next + 1,
        failedNow,
        settled.plus(item),
        Bytes.NONE,
        failuresNow,
        over ? Optional.of(now) : Optional.empty());
  }

  public PrefetchJob cancelled(Instant now) {
    return isOver() ? this : with(State.CANCELLED, item, Optional.of(now));
  }

  private PrefetchJob with(State otherState, Bytes otherItem, Optional<Instant> otherEnd) {
    return new PrefetchJob(
        id, order, created, otherState, next, failed, settled, otherItem, failures, otherEnd);
  }

  public View view() {
    return new View(
        id,
        state,
        created,
        ended,
        order.bytesPerSecond(),
        order.window(),
        new Objects(next - failed, failed, order.items().size()),
        settled.plus(item),
        current().map(PrefetchOrder.Item::url),
        failures);
  }
}
