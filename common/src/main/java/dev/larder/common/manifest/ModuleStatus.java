package dev.larder.common.manifest;

/** What the manifest wants of a module. */
public enum ModuleStatus {
  RUNNING("running"),
  STOPPED("stopped");

  private final String text;

  ModuleStatus(String text) {
    this.text = text;
  }

  /** As the manifest writes it. */
  public String text() {
    return text;
  }
}
