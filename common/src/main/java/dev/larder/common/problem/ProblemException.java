package dev.larder.common.problem;

import java.util.List;
import java.util.stream.Collectors;

/** An input that cannot be used, thrown at the edges where a caller cannot go on. */
public final class ProblemException extends RuntimeException {
  private final transient List<Problem> problems;

  public ProblemException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
    this.problems = List.copyOf(problems);
  }

  public ProblemException(String path, String message, String mend) {
    this(List.of(new Problem(path, message, mend)));
  }

  public List<Problem> problems() {
    return problems;
  }
}
