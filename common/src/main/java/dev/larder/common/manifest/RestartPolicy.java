package dev.larder.common.manifest;

/** When a module that ended is started again; IoT Edge's four. */
public enum RestartPolicy {
  NEVER("never"),
  ON_FAILURE("on-failure"),
  ON_UNHEALTHY("on-unhealthy"),
  ALWAYS("always");

  private final String text;

  RestartPolicy(String text) {
    this.text = text;
  }

  /** A module that ended is not healthy, so {@code on-unhealthy} restarts it as {@code always}. */
  public boolean restartsAfter(long exitCode) {
    return switch (this) {
      case NEVER -> false;
      case ON_FAILURE -> exitCode != 0;
      case ON_UNHEALTHY, ALWAYS -> true;
    };
  }

  /** Whether a module that runs and is not healthy is stopped and started. */
  public boolean restartsUnhealthy() {
    return switch (this) {
      case NEVER, ON_FAILURE -> false;
      case ON_UNHEALTHY, ALWAYS -> true;
    };
  }

  /** As the manifest writes it. */
  public String text() {
    return text;
  }
}
