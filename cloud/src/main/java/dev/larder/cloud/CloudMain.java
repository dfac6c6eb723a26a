package dev.larder.cloud;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code larder-cloud}. */
@Command(
    name = "larder-cloud",
    description = "The cloud of Larder: portal, API and the nodes' other end.",
    mixinStandardHelpOptions = true,
    subcommands = ServeCommand.class,
    synopsisSubcommandLabel = "COMMAND")
public final class CloudMain {
  private CloudMain() {}

  /** Exits with 0 when all went well, 1 when not, 2 when the arguments are wrong. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new CloudMain()).execute(arguments));
  }
}
