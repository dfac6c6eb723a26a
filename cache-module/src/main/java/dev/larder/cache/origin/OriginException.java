package dev.larder.cache.origin;

/** An origin could not be asked, or stopped in mid-answer. Asking again may help. */
public final class OriginException extends Exception {
  private final boolean timeout;

  public OriginException(String message, boolean timeout) {
    super(message, null, false, false);
    this.timeout = timeout;
  }

  /** Whether it took too long, rather than broke. */
  public boolean isTimeout() {
    return timeout;
  }
}
