package dev.larder.common.manifest;

/** What the hub does with a message that it has no room for. */
public enum Overflow {
  /** Drops the oldest of the least urgent to make room. */
  DROP_OLDEST("dropOldest"),
  /** Refuses the new one. */
  REFUSE("refuse");

  private final String text;

  Overflow(String text) {
    this.text = text;
  }

  /** As a manifest writes it. */
  @Override
  public String toString() {
    return text;
  }
}
