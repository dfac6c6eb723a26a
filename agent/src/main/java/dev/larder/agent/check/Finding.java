package dev.larder.agent.check;

/**
 * What one check came to.
 *
 * @param check the check's name, the same in every release: {@code disk}, {@code cloud-mqtt}
 * @param message what was seen, for a person
 * @param mend what to do about it; empty when there is nothing to do
 */
public record Finding(String check, Level level, String message, String mend) {
  /** From nothing to do, to something that keeps the node from its work. */
  public enum Level {
    OK,
    SKIPPED,
    WARNING,
    FAILURE;

    /** As reports write it. */
    public String text() {
      return switch (this) {
        case OK -> "ok";
        case SKIPPED -> "skipped";
        case WARNING -> "warning";
        case FAILURE -> "failure";
      };
    }
  }

  public Finding {
    if (check.isBlank()) {
      throw new IllegalArgumentException("A finding names its check");
    }
    // Exceptions often have none.
    message = message.isBlank() ? "no reason is known" : message;
    if (mend.isBlank() && level.compareTo(Level.WARNING) >= 0) {
      throw new IllegalArgumentException(check + ": a " + level.text() + " says what to do");
    }
  }

  static Finding ok(String check, String message) {
    return new Finding(check, Level.OK, message, "");
  }

  static Finding skipped(String check, String message) {
    return new Finding(check, Level.SKIPPED, message, "");
  }

  static Finding warning(String check, String message, String mend) {
    return new Finding(check, Level.WARNING, message, mend);
  }

  static Finding failure(String check, String message, String mend) {
    return new Finding(check, Level.FAILURE, message, mend);
  }
}
