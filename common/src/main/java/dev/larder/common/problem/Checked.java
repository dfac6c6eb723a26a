package dev.larder.common.problem;

import java.util.List;
import java.util.function.Function;

/** What reading an input came to: a value, or every problem that kept it from being one. */
public sealed interface Checked<T> {
  record Valid<T>(T value) implements Checked<T> {}

  record Invalid<T>(List<Problem> problems) implements Checked<T> {
    public Invalid {
      problems = List.copyOf(problems);
      if (problems.isEmpty()) {
        throw new IllegalArgumentException("An invalid input has a problem");
      }
    }
  }

  static <T> Checked<T> valid(T value) {
    return new Valid<>(value);
  }

  static <T> Checked<T> invalid(List<Problem> problems) {
    return new Invalid<>(problems);
  }

  static <T> Checked<T> invalid(String path, String message, String mend) {
    return new Invalid<>(List.of(new Problem(path, message, mend)));
  }

  /** The value, or the exception that names every problem. */
  default T orThrow() {
    return switch (this) {
      case Valid<T>(var value) -> value;
      case Invalid<T>(var problems) -> throw new ProblemException(problems);
    };
  }

  default List<Problem> problems() {
    return switch (this) {
      case Valid<T> _ -> List.of();
      case Invalid<T>(var problems) -> problems;
    };
  }

  default <R> Checked<R> map(Function<T, R> mapping) {
    return switch (this) {
      case Valid<T>(var value) -> new Valid<>(mapping.apply(value));
      case Invalid<T>(var problems) -> new Invalid<>(problems);
    };
  }
}
