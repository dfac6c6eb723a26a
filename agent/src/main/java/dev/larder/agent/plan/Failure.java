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
}
