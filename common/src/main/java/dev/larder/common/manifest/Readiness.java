package dev.larder.common.manifest;

/** What a module that others depend on has to be before they start; ours, not IoT Edge's. */
public enum Readiness {
  RUNNING("running"),
  /** For a container without a health check: running. */
  HEALTHY("healthy");

  private final String text;

  Readiness(String text) {
    this.text = text;
  }

  /** As the manifest writes it. */
  public String text() {
    return text;
  }
}
