package dev.larder.agent.methods;

import dev.larder.common.problem.Problem;

/** The regular expressions of a request that take more steps than they may. */
public final class TooHardException extends Exception {
  private final transient Problem problem;

  TooHardException(String path) {
    super(path, null, false, false);
    this.problem =
        new Problem(
            path,
            "takes too many steps on so much text",
            "send a shorter expression, or ask for fewer lines");
  }

  public Problem problem() {
    return problem;
  }
}
