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

  /** As the manifest writes it. */
  public String text() {
    return text;
  }
}
