package dev.larder.common.route;

/** What an expression comes to for a message. */
sealed interface Value {
  record Text(String text) implements Value {}

  record Numeric(double number) implements Value {}

  enum Truth implements Value {
    TRUE,
    FALSE
  }

  enum Absent implements Value {
    NULL,
    UNDEFINED
  }

  static Value of(boolean truth) {
    return truth ? Truth.TRUE : Truth.FALSE;
  }

  /** A result that is no number, as of 0 / 0, is undefined. */
  static Value of(double number) {
    return Double.isNaN(number) ? Absent.UNDEFINED : new Numeric(number);
  }
}
