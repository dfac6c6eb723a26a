package dev.larder.cloud.cli;

import dev.larder.common.problem.Problem;
import java.util.List;

/** A command that did not do what it was asked, with what to tell the user. */
final class CliFailure extends RuntimeException {
  private final int status;
  private final transient List<Problem> problems;

  /**
   * @param status of the cloud's answer; 0 when there was none
   * @param problems field by field
   */
  CliFailure(String message, int status, List<Problem> problems) {
    super(message);
    this.status = status;
    this.problems = List.copyOf(problems);
  }

  CliFailure(String message) {
    this(message, 0, List.of());
  }

  int status() {
    return status;
  }

  List<Problem> problems() {
    return problems;
  }
}
