package dev.larder.cache.origin;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How origins answered of late; of the many there may be, those that were asked last. */
public final class OriginStates {
  private static final int MOST = 100;
  private static final float LOAD = 0.75f;

  private final LinkedHashMap<String, State> states =
      new LinkedHashMap<>(MOST, LOAD, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, State> eldest) {
          return size() > MOST;
        }
      };

  /**
   * An origin.
   *
   * @param origin host, with its port where that is not the scheme's
   * @param state {@code answering}, or {@code failing} when the last request got no answer
   * @param lastProblem why the last failure was one; empty when there was none
   */
  public record State(
      String origin,
      String state,
      long requests,
      long failures,
      Optional<Instant> lastAnswer,
      Optional<Instant> lastFailure,
      String lastProblem) {
    static State of(String origin) {
      return new State(origin, ANSWERING, 0, 0, Optional.empty(), Optional.empty(), "");
    }
  }

  private static final String ANSWERING = "answering";
  private static final String FAILING = "failing";

  synchronized void answered(String origin, Instant now) {
    var was = states.getOrDefault(origin, State.of(origin));
    states.put(
        origin,
        new State(
            origin,
            ANSWERING,
            was.requests + 1,
            was.failures,
            Optional.of(now),
            was.lastFailure,
            was.lastProblem));
  }

  synchronized void failed(String origin, String problem, Instant now) {
    var was = states.getOrDefault(origin, State.of(origin));
    states.put(
        origin,
        new State(
            origin,
            FAILING,
            was.requests + 1,
            was.failures + 1,
            was.lastAnswer,
            Optional.of(now),
            problem));
  }

  /** All that are known, the one asked last first. */
  public synchronized List<State> list() {
    return List.copyOf(states.values()).reversed();
  }
}
