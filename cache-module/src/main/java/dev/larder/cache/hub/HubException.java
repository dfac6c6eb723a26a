package dev.larder.cache.hub;

/** The hub could not be asked, or did not answer in time. */
public final class HubException extends Exception {
  public HubException(String message) {
    super(message, null, false, false);
  }
}
