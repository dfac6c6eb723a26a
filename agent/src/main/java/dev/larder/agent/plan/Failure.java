package dev.larder.agent.plan;

import java.time.Instant;

/**
 * A step that failed, once or several times in a row.
 *
 * @param reason for a person: what is wrong and what to do
 */
public record Failure(int count, Instant at, String reason) {
  public Instant retryAt() {
    return at.plus(Backoff.after(count));
  }

  /** Whether the step may be tried again. One that failed in the future did so by another clock. */
  public boolean isDue(Instant now) {
    return now.isBefore(at) || !now.isBefore(retryAt());
  }
}
