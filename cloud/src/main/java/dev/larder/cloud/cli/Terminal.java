package dev.larder.cloud.cli;

import java.io.Console;
import java.util.Optional;

/** The person at the terminal, when there is one. */
final class Terminal {
  private Terminal() {}

  /**
   * @param otherwise what to do where nobody can be asked
   */
  static Console orFail(String otherwise) {
    return Optional.ofNullable(System.console())
        .filter(Console::isTerminal)
        .orElseThrow(() -> new CliFailure("There is no terminal to ask at: " + otherwise));
  }
}
