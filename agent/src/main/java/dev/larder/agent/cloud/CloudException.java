package dev.larder.agent.cloud;

import java.io.IOException;

/** The cloud refused, or could not be reached. The message says what to check. */
public final class CloudException extends IOException {
  /** What went wrong. */
  public enum Kind {
    UNREACHABLE,
    /** The proxy on the way does not let this node through. */
    PROXY_REFUSED,
    NOT_TRUSTED,
    REFUSED
  }

  private final Kind kind;

  public CloudException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public CloudException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
