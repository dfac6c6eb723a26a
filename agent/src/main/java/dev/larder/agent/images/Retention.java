package dev.larder.agent.images;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Decides which images go. IoT Edge's agent goes by age alone; a full disk does not wait. */
public final class Retention {
  /** With less of the engine's disk free than this, whatever may go goes at once. */
  public static final double LEAST_FREE = 0.1;

  /** How long a refusal of the engine's holds. */
  static final Duration REFUSAL = Duration.ofDays(1);

  private Retention() {}

  /**
   * The images to remove now, the one that was unused longest first.
   *
   * @param inUse the ids of those that a container on the engine or the manifest holds
   * @param good the ids of those that a module ran well and may have to go back to
   * @param freeShare of the engine's disk, 0 to 1
   * @param unused how long an image stays after its last use
   */
  public static List<PulledImage> of(
      Collection<PulledImage> pulled,
      Set<String> inUse,
      Set<String> good,
      double freeShare,
      Duration unused,
      Instant now) {
    return pulled.stream()
        .filter(image -> !inUse.contains(image.id()) && !good.contains(image.id()))
        .filter(image -> image.refusedAt().map(at -> isOver(at, REFUSAL, now)).orElse(true))
        .filter(image -> freeShare < LEAST_FREE || isOver(image.lastUsedAt(), unused, now))
        .sorted(Comparator.comparing(PulledImage::lastUsedAt).thenComparing(PulledImage::id))
        .toList();
  }

  private static boolean isOver(Instant start, Duration length, Instant now) {
    return !start.plus(length).isAfter(now);
  }
}
