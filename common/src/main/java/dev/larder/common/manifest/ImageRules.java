package dev.larder.common.manifest;

/**
 * How a node fetches and keeps images. IoT Edge has no such settings.
 *
 * @param pullsAtOnce how many images come at once, 1 to 10
 * @param retentionDays how long an image that the agent pulled stays after its last use, 0 to 365
 * @param maxPullBytesPerSecond what all pulls together may take of the line, 10,000 to 10^12; 0 for
 *     no limit
 */
public record ImageRules(int pullsAtOnce, int retentionDays, long maxPullBytesPerSecond) {
  public static final int MOST_PULLS = 10;
  public static final int MOST_DAYS = 365;
  public static final long NO_LIMIT = 0;

  /**
   * Of 30 layers at once each gets its next piece within 50 s even so, and neither the engine nor
   * the agent loses patience.
   */
  public static final long LEAST_BYTES_PER_SECOND = 10_000;

  public static final long MOST_BYTES_PER_SECOND = 1_000_000_000_000L;
  public static final ImageRules USUAL = new ImageRules(3, 7, NO_LIMIT);

  public ImageRules {
    if (pullsAtOnce < 1 || pullsAtOnce > MOST_PULLS) {
      throw new IllegalArgumentException("Pulls at once are 1 to 10: " + pullsAtOnce);
    }
    if (retentionDays < 0 || retentionDays > MOST_DAYS) {
      throw new IllegalArgumentException("Days of retention are 0 to 365: " + retentionDays);
    }
    if (maxPullBytesPerSecond != NO_LIMIT
        && (maxPullBytesPerSecond < LEAST_BYTES_PER_SECOND
            || maxPullBytesPerSecond > MOST_BYTES_PER_SECOND)) {
      throw new IllegalArgumentException(
          "Bytes a second are 0 or 10,000 to 10^12: " + maxPullBytesPerSecond);
    }
  }
}
