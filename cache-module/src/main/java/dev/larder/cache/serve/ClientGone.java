package dev.larder.cache.serve;

/** The answer cannot go on: its client left, or what was begun cannot be finished truthfully. */
final class ClientGone extends Exception {
  ClientGone(String message) {
    super(message, null, false, false);
  }
}
