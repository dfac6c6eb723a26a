package dev.larder.hub.measure;

import org.jspecify.annotations.Nullable;

/**
 * Times how long things take, one of them at a time, so that it costs nothing to speak of however
 * many there are. Times are in ms since 1970.
 */
public final class Sample {
  /** One that has not ended by then never will: its connection is gone. */
  private static final long PATIENCE_MILLIS = 300_000;

  private final Histogram taken = Histogram.ofMillis();
  private final Histogram since = Histogram.ofMillis();
  private @Nullable Object followed;
  private long beganMillis;
  private long earlierMillis;

  /**
   * Something begins; it is followed if nothing is.
   *
   * @param earlier when that began of which this is the last part
   */
  public void begin(Object thing, long earlier, long nowMillis) {
    if (followed == null || nowMillis - beganMillis > PATIENCE_MILLIS) {
      followed = thing;
      beganMillis = nowMillis;
      earlierMillis = earlier;
    }
  }

  /** Something has ended; it counts if it is the one followed. */
  @SuppressWarnings("ReferenceEquality") // The very same thing is meant.
  public void end(Object thing, long nowMillis) {
    if (followed == thing) {
      taken.add(Math.max(0, nowMillis - beganMillis));
      since.add(Math.max(0, nowMillis - earlierMillis));
      followed = null;
    }
  }

  /** What was followed is given up. */
  public void forget() {
    followed = null;
  }

  /** From beginning to end, ms. */
  public Histogram taken() {
    return taken;
  }

  /** From the earlier time to the end, ms. */
  public Histogram since() {
    return since;
  }
}
