package dev.larder.agent.methods;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.larder.common.problem.Checked;

/**
 * A regular expression that somebody sent, in RE2's syntax: the time of a search grows with the
 * text and the expression, and never by itself.
 *
 * @param path in the request, for problems
 */
record Expression(Pattern pattern, String path) {
  private static final int LONGEST = 500;

  /** Of characters, when all that is to be repeated is written out. */
  private static final int LARGEST = 100_000;

  private static final Pattern REPETITION = Pattern.compile("\\{(?:\\d+,)?(\\d{1,5})");

  /** Reads it, or says what is wrong. */
  static Checked<Expression> read(String text, String path, boolean anyCase) {
    if (text.length() > LONGEST) {
      return Checked.invalid(path, "is too long", "send at most " + LONGEST + " characters");
    }
    if (size(text) > LARGEST) {
      return Checked.invalid(path, "repeats too much", "send smaller numbers in braces");
    }
    try {
      var flags = anyCase ? Pattern.CASE_INSENSITIVE : 0;
      return Checked.valid(new Expression(Pattern.compile(text, flags), path));
    } catch (PatternSyntaxException e) {
      return Checked.invalid(
          path,
          "is no regular expression of RE2: " + e.getDescription(),
          "correct it; there is no looking ahead or back, and no back reference");
    }
  }

  /** At most so many characters, as if each repetition were inside all others. */
  private static long size(String text) {
    long size = text.length();
    var repetitions = REPETITION.matcher(text);
    while (repetitions.find() && size <= LARGEST) {
      size *= Math.max(1, Integer.parseInt(repetitions.group(1)));
    }
    return size;
  }
}
