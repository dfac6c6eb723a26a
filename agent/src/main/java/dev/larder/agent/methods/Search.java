package dev.larder.agent.methods;

/** Looks for the expressions of one request, for so many steps in all and no more. */
public final class Search {
  /** An instruction of an expression at a character is one: a few seconds at worst. */
  private static final long STEPS = 300_000_000;

  private long left = STEPS;

  boolean finds(Expression expression, String text) throws TooHardException {
    left -= (text.length() + 1L) * expression.pattern().programSize();
    if (left < 0) {
      throw new TooHardException(expression.path());
    }
    return expression.pattern().matcher(text).find();
  }
}
