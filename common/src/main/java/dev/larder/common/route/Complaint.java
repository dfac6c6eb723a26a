package dev.larder.common.route;

import dev.larder.common.problem.Problem;

/**
 * What is wrong with a route's text. Thrown inside this package where reading cannot go on.
 *
 * <p>It carries no stack: it tells of a text, not of a bug.
 */
final class Complaint extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int column;
  private final String mend;

  /**
   * A complaint.
   *
   * @param at the place in the text, from 0
   */
  Complaint(int at, String message, String mend) {
    super(message, null, false, false);
    this.column = at + 1;
    this.mend = mend;
  }

  Problem problem(String path) {
    return new Problem(path, "column " + column + ": " + getMessage(), mend);
  }
}
