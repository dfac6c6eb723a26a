package dev.larder.common.route;

/** What is known of a value before a message is there. */
enum Kind {
  TEXT("a text"),
  NUMBER("a number"),
  TRUTH("a condition"),
  NULL("null"),
  UNDEFINED("undefined"),
  /** Of the body: a message tells. */
  ANY("a value of the body");

  private final String text;

  Kind(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
