package dev.larder.cloud.cli;

import dev.larder.common.problem.Problem;
import dev.larder.common.problem.ProblemException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParseResult;

/** The command {@code larder}. */
@Command(
    name = "larder",
    mixinStandardHelpOptions = true,
    versionProvider = CliVersion.class,
    description = "Steers Larder's cache nodes through the cloud's REST API.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "A first day:",
      "  larder login --url https://cloud.example.org:8443 --ca ca.pem",
      "  larder resource create --resource contoso",
      "  larder node create --resource contoso --node oslo",
      "  larder node update --resource contoso --node oslo --cache-drive /data/cache,100",
      "  larder node get-bundle --resource contoso --node oslo --output larder-node.zip",
      "  larder node get-deployment-details --resource contoso --node oslo",
      "",
      "Environment: LARDER_URL, LARDER_CA (a file) and LARDER_TOKEN name the cloud over what login",
      "keeps; LARDER_CONFIG names the file in which it keeps it (~/.config/larder/config.json).",
      "",
      "Exit codes: 0 done, 1 refused or failed, 2 not understood."
    })
public final class LarderCli {
  private LarderCli() {}

  public static void main(String[] arguments) {
    System.exit(commandLine(System.getenv()).execute(arguments));
  }

  /** All commands, run with this environment. */
  static CommandLine commandLine(Map<String, String> environment) {
    var cloud = new Cloud(environment);
    return new CommandLine(new LarderCli())
        .addSubcommand(new LoginCommand(cloud))
        .addSubcommand(new LogoutCommand(cloud))
        .addSubcommand(new ResourceCommand(cloud))
        .addSubcommand(
            "node", new CommandLine(new NodeCommand(cloud)).addSubcommand(new UpdateCommand(cloud)))
        .addSubcommand(new LayerCommand(cloud))
        .addSubcommand(new ReleaseCommand(cloud))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(LarderCli::fail);
  }

  private static int fail(Exception failure, CommandLine command, ParseResult parsed)
      throws Exception {
    return switch (failure) {
      case CliFailure refused -> {
        say(command, refused.getMessage(), refused.problems());
        yield ExitCode.SOFTWARE;
      }
      case ProblemException misread -> {
        say(command, "Not understood:", misread.problems());
        yield ExitCode.USAGE;
      }
      default -> throw failure;
    };
  }

  private static void say(CommandLine command, @Nullable String message, List<Problem> problems) {
    var err = command.getErr();
    err.println("larder: " + message);
    problems.forEach(problem -> err.println("  " + problem));
    err.flush();
  }
}
