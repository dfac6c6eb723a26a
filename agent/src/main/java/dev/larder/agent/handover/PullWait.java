package dev.larder.agent.handover;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** The wait for the modules' pulls, which a successor would begin anew. Not for many threads. */
final class PullWait {
  /** After that a module's pull is given up for the hand-over. */
  static final Duration LONGEST = Duration.ofHours(2);

  private final BooleanSupplier pulling;
  private final LongSupplier nanos;
  private String image = "";
  private long beganNanos;

  /**
   * Nothing is waited for yet.
   *
   * @param pulling whether images are being fetched for modules
   * @param nanos as {@link System#nanoTime}
   */
  PullWait(BooleanSupplier pulling, LongSupplier nanos) {
    this.pulling = pulling;
    this.nanos = nanos;
  }

  /**
   * Whether to wait on before this image takes the agent's place. The time begins with the first
   * question for it, whatever manifests name it since.
   */
  boolean goesOn(String successor) {
    if (!successor.equals(image)) {
      image = successor;
      beganNanos = nanos.getAsLong();
    }
    return pulling.getAsBoolean() && nanos.getAsLong() - beganNanos < LONGEST.toNanos();
  }

  /** The next question begins anew. */
  void end() {
    image = "";
  }
}
