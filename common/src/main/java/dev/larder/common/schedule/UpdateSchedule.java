package dev.larder.common.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A node's updates schedule: which ring it is in, when a slow node may change, and how often it
 * looks.
 *
 * @param window present for the slow ring, and only for it
 * @param checkEvery how often the node asks whether a newer release is offered
 */
public record UpdateSchedule(Ring ring, Optional<UpdateWindow> window, Duration checkEvery) {
  public static final Duration MOST_OFTEN = Duration.ofMinutes(1);

  /** A cloud in development may check this often. */
  public static final Duration MOST_OFTEN_IN_DEVELOPMENT = Duration.ofSeconds(1);

  public static final Duration LEAST_OFTEN = Duration.ofDays(7);

  public static final UpdateSchedule DEFAULT =
      new UpdateSchedule(Ring.FAST, Optional.empty(), Duration.ofHours(1));

  public UpdateSchedule {
    if ((ring == Ring.SLOW) != window.isPresent()) {
      throw new IllegalArgumentException(
          "The slow ring needs a week, a day and a time; the fast ring takes none");
    }
    if (checkEvery.compareTo(MOST_OFTEN_IN_DEVELOPMENT) < 0
        || checkEvery.compareTo(LEAST_OFTEN) > 0) {
      throw new IllegalArgumentException(
          "The update frequency is 1 minute to 7 days: " + checkEvery);
    }
  }

  /** What a check came to. */
  public sealed interface Decision {}

  /** Nothing newer is offered to this ring. */
  public record UpToDate() implements Decision {}

  /** A newer release is offered; it may be had from then on. */
  public record Wait(Version version, Instant until) implements Decision {}

  /** Move to this release now. */
  public record Apply(Version version) implements Decision {}

  /** Decides what to do about the offers at this instant: the newest that the ring may have. */
  public Decision decide(Version current, List<Offer> offers, Instant now) {
    var newest =
        offers.stream()
            .filter(offer -> offer.version().compareTo(current) > 0)
            .filter(offer -> !offer.from(ring).isAfter(now))
            .max(Comparator.comparing(Offer::version));
    if (newest.isEmpty()) {
      return new UpToDate();
    }
    var version = newest.get().version();
    return switch (window.filter(w -> !w.isOpen(now))) {
      case Optional<UpdateWindow> closed when closed.isPresent() ->
          new Wait(version, closed.get().nextOpening(now));
      default -> new Apply(version);
    };
  }

  /**
   * When to check next after a check at this instant: in its time, or when a window opens that
   * something waits for.
   */
  public Instant nextCheck(Instant checked, Decision decision) {
    var regular = checked.plus(checkEvery);
    return decision instanceof Wait(_, var until) && until.isBefore(regular) ? until : regular;
  }
}
