package dev.larder.agent.methods;

import java.util.regex.Pattern;

/**
 * Looks for an expression that somebody sent in text that somebody else wrote, for so many steps
 * and no more: a few characters can keep a backtracking search busy for years.
 */
final class Search {
  private static final int STEPS = 30_000_000;

  private final Pattern pattern;
  private final String path;
  private int left = STEPS;

  /**
   * All that it looks through counts together.
   *
   * @param path of the expression in the request
   */
  Search(Pattern pattern, String path) {
    this.pattern = pattern;
    this.path = path;
  }

  boolean finds(String text) throws TooHardException {
    try {
      return pattern.matcher(new Counted(text)).find();
    } catch (Spent | StackOverflowError _) {
      throw new TooHardException(path);
    }
  }

  private static final class Spent extends RuntimeException {
    private static final long serialVersionUID = 1;

    Spent() {
      super(null, null, false, false);
    }
  }

  /** Every look at a character is a step. */
  private final class Counted implements CharSequence {
    private final CharSequence text;

    Counted(CharSequence text) {
      this.text = text;
    }

    @Override
    public char charAt(int index) {
      left--;
      if (left < 0) {
        throw new Spent();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Counted(text.subSequence(start, end));
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
