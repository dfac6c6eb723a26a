package dev.larder.cache.fresh;

import java.time.Duration;

/** Whether kept content may be served. */
public sealed interface Judgement {
  /** As it is. */
  record Fresh(Duration age) implements Judgement {}

  /**
   * The origin is to be asked.
   *
   * @param mayServeStaleMeanwhile whether this client may have it at once (RFC 5861 section 3)
   * @param mayServeStaleOnError whether clients may have it if the origin fails (section 4)
   */
  record Revalidate(boolean mayServeStaleMeanwhile, boolean mayServeStaleOnError)
      implements Judgement {}
}
