package dev.larder.hub;

/** What the image's build runs. */
final class Training {
  private Training() {}

  static void run() {}
}
