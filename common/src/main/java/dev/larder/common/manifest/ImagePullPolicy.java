package dev.larder.common.manifest;

/** Whether the agent may pull: when it creates and the engine has no such image, or never. */
public enum ImagePullPolicy {
  ON_CREATE("on-create"),
  NEVER("never");

  private final String text;

  ImagePullPolicy(String text) {
    this.text = text;
  }

  /** As the manifest writes it. */
  public String text() {
    return text;
  }
}
