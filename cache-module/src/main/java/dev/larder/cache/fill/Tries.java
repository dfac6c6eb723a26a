package dev.larder.cache.fill;

import dev.larder.cache.origin.OriginException;
import java.time.Duration;

/**
 * How often and after what pause an origin is asked again. Three times in all, but after a timeout
 * only once more: the client that waits has 20 s.
 */
public final class Tries {
  private static final int MOST = 3;
  private static final int TIMEOUT_WEIGHT = 2;
  private static final Duration[] PAUSES = {Duration.ofMillis(100), Duration.ofMillis(500)};

  private int failed;

  /** Waits for the next try; false when there is none. */
  public boolean again(OriginException e) {
    int pause = Math.min(failed, PAUSES.length - 1);
    failed +=
        switch (e.kind()) {
          case BROKEN -> 1;
          case TIMEOUT -> TIMEOUT_WEIGHT;
          case SETTLED -> MOST;
        };
    if (failed >= MOST) {
      return false;
    }
    try {
      Thread.sleep(PAUSES[pause]);
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
