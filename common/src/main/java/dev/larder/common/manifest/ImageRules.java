package dev.larder.common.manifest;

/**
 * How a node fetches and keeps images. IoT Edge has no such settings.
 *
 * @param pullsAtOnce how many images come at once, 1 to 10
 * @param retentionDays how long an image that the agent pulled stays after its last use, 0 to 365
 */
public record ImageRules(int pullsAtOnce, int retentionDays) {
  public static final int MOST_PULLS = 10;
  public static final int MOST_DAYS = 365;
  public static final ImageRules USUAL = new ImageRules(3, 7);

  public ImageRules {
    if (pullsAtOnce < 1 || pullsAtOnce > MOST_PULLS) {
      throw new IllegalArgumentException("Pulls at once are 1 to 10: " + pullsAtOnce);
    }
    if (retentionDays < 0 || retentionDays > MOST_DAYS) {
      throw new IllegalArgumentException("Days of retention are 0 to 365: " + retentionDays);
    }
  }
}
