package dev.larder.cache.origin;

/** An origin could not be asked, or stopped in mid-answer. */
public final class OriginException extends Exception {
  private final Kind kind;

  /** Whether and how asking again may help. */
  public enum Kind {
    /** It broke; at once it may not. */
    BROKEN,
    /** It took too long. */
    TIMEOUT,
    /** It will be the same again. */
    SETTLED
  }

  public OriginException(String message, Kind kind) {
    super(message, null, false, false);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  public boolean isTimeout() {
    return kind == Kind.TIMEOUT;
  }
}
