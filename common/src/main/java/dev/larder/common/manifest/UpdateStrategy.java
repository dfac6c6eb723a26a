package dev.larder.common.manifest;

/** How a module's new container takes the place of the old one; ours, not IoT Edge's. */
public enum UpdateStrategy {
  /**
   * The image is fetched and the container made while the old one runs; then they change places.
   */
  DOWNLOAD_THEN_SWAP("downloadThenSwap"),
  /** The new one is started beside the old one, which goes once the new one has proven itself. */
  HAND_OVER("handOver"),
  /** The old one is stopped before the image is fetched: for machines too small for both. */
  STOP_FIRST("stopFirst");

  private final String text;

  UpdateStrategy(String text) {
    this.text = text;
  }

  /** As the manifest writes it. */
  public String text() {
    return text;
  }
}
