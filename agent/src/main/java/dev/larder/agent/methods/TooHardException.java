package dev.larder.agent.methods;

import dev.larder.common.problem.Problem;

/** A regular expression that takes more steps than it may. */
public final class TooHardException extends Exception {
  private final transient Problem problem;

  TooHardException(String path) {
    super(path, null, false, false);
    this.problem =
        new Problem(
            path,
            "takes too many steps on this text",
            "do without repetitions inside repetitions, or ask for fewer lines");
  }

  public Problem problem() {
    return problem;
  }
}
