package dev.larder.cloud.cli;

import picocli.CommandLine.Option;

/** Which of a node's modules a command is about. */
final class ModuleName {
  @Option(
      names = {"--module-id", "--module", "-m"},
      required = true,
      description = "The module, such as cache, edgeHub or edgeAgent")
  private String module = "";

  String value() {
    return module;
  }
}
