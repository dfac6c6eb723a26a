package dev.larder.cloud.refusal;

/** A request that is not done, for a reason that is not in its form; the API's edge answers it. */
public final class Refusal extends RuntimeException {
  /** Why. */
  public enum Reason {
    /** It is not known who asks. */
    UNKNOWN,
    /** It is known, and this may not be done so. */
    FORBIDDEN,
    /** What is asked for is not there. */
    ABSENT,
    /** It does not go with what is there. */
    CONFLICT,
    /** What asks was there once and is no more. */
    GONE,
    /** Too many wrong attempts. */
    TOO_MANY,
    /** Somebody else who was to do it did not answer in time. */
    LATE
  }

  private final Reason reason;

  /**
   * Refuses.
   *
   * @param detail for a person: what is wrong and what to do
   */
  public Refusal(Reason reason, String detail) {
    super(detail);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  /** For a person. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
