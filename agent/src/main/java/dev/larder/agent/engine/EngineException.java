package dev.larder.agent.engine;

import java.io.IOException;

/** The engine refused, or did not answer. Trying again later may help in both cases. */
public final class EngineException extends IOException {
  public static final int UNREACHABLE = 0;
  public static final int NOT_FOUND = 404;
  public static final int CONFLICT = 409;

  private final int status;

  /**
   * @param status the engine's HTTP status, or {@link #UNREACHABLE}
   */
  public EngineException(int status, String message) {
    super(message);
    this.status = status;
  }

  public EngineException(String message, Throwable cause) {
    super(message, cause);
    this.status = UNREACHABLE;
  }

  public int status() {
    return status;
  }

  /** The engine's own words. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
