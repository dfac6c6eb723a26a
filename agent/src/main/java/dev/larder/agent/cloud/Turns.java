package dev.larder.agent.cloud;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work that is done again and again. A fault in one turn does not keep the next from coming. */
public final class Turns {
  private static final Logger log = LoggerFactory.getLogger(Turns.class);

  private Turns() {}

  /** Does the work once. */
  @FunctionalInterface
  public interface Turn {
    /** Answers how long to wait before the next. */
    Duration take() throws InterruptedException;
  }

  /**
   * Runs until interrupted.
   *
   * @param afterFault how long to wait after a turn that broke
   */
  public static void run(Turn turn, Retry afterFault) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(one(turn, afterFault));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static Duration one(Turn turn, Retry afterFault) throws InterruptedException {
    try {
      return turn.take();
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("turn of a loop broke");
      return afterFault.failed();
    }
  }
}
