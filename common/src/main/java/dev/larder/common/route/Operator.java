package dev.larder.common.route;

/** Operators between two expressions; a higher binding binds closer, equals from left to right. */
enum Operator {
  COALESCE("??", 1),
  OR("or", 2),
  AND("and", 3),
  EQUAL("=", 4),
  UNEQUAL("!=", 4),
  LESS("<", 5),
  AT_MOST("<=", 5),
  MORE(">", 5),
  AT_LEAST(">=", 5),
  ADD("+", 6),
  SUBTRACT("-", 6),
  JOIN("||", 6),
  MULTIPLY("*", 7),
  DIVIDE("/", 7),
  REMAINDER("%", 7);

  private final String text;
  private final int binding;

  Operator(String text, int binding) {
    this.text = text;
    this.binding = binding;
  }

  int binding() {
    return binding;
  }

  /** As it is written in a condition. */
  @Override
  public String toString() {
    return text;
  }
}
