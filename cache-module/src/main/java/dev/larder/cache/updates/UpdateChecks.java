package dev.larder.cache.updates;

import dev.larder.common.schedule.UpdateSchedule.Apply;
import dev.larder.common.schedule.UpdateSchedule.Decision;
import dev.larder.common.schedule.UpdateSchedule.UpToDate;
import dev.larder.common.schedule.UpdateSchedule.Wait;
import dev.larder.common.schedule.Version;
import dev.larder.common.settings.CacheDesired.Updates;
import dev.larder.common.settings.CacheReported.UpdateReport;
import dev.larder.common.settings.CacheReported.Waiting;
import java.time.Instant;
import java.util.Optional;

/**
 * The checks of the updates schedule so far, and when the next is due. Immutable: each thing that
 * happens makes the next state.
 *
 * @param updates the schedule and the offers as last known
 * @param lastCheck empty until the first
 * @param checks since the module started
 * @param decision what the last check came to
 */
public record UpdateChecks(
    Updates updates, Optional<Instant> lastCheck, long checks, Decision decision) {

  /** Before the first check, which is due at once. */
  public static UpdateChecks begin(Updates updates) {
    return new UpdateChecks(updates, Optional.empty(), 0, new UpToDate());
  }

  /**
   * Another schedule or other offers. A new frequency counts from the last check. What an offer
   * means is decided by a check only, so one that a changed window may let in makes a check due.
   */
  public UpdateChecks with(Updates changed, Instant now) {
    if (!(decision instanceof Wait(var version, _))) {
      return new UpdateChecks(changed, lastCheck, checks, decision);
    }
    var again =
        switch (changed.schedule().decide(changed.current(), changed.offers(), now)) {
          case Wait wait -> wait;
          case Apply _, UpToDate _ -> new Wait(version, now);
        };
    return new UpdateChecks(changed, lastCheck, checks, again);
  }

  /** When to check next; empty means at once. */
  public Optional<Instant> nextCheck() {
    return lastCheck.map(last -> updates.schedule().nextCheck(last, decision));
  }

  public boolean isDue(Instant now) {
    return nextCheck().map(next -> !next.isAfter(now)).orElse(true);
  }

  /** A check at this instant, with the offers as they are now. */
  public UpdateChecks check(Updates fresh, Instant now) {
    var decided = fresh.schedule().decide(fresh.current(), fresh.offers(), now);
    return new UpdateChecks(fresh, Optional.of(now), checks + 1, decided);
  }

  public UpdateReport report() {
    Optional<Version> accepted =
        decision instanceof Apply(var version) ? Optional.of(version) : Optional.empty();
    Optional<Waiting> waiting =
        decision instanceof Wait(var version, var until)
            ? Optional.of(new Waiting(version, until))
            : Optional.empty();
    return new UpdateReport(
        lastCheck,
        nextCheck(),
        checks,
        updates.schedule().checkEvery().toSeconds(),
        accepted,
        waiting);
  }
}
