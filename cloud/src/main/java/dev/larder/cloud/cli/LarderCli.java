package dev.larder.cloud.cli;

import dev.larder.common.problem.Problem;
import dev.larder.common.problem.ProblemException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

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
  private static final int WIDTH = 100;

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
        .addSubcommand(new CacheCommand(cloud))
        .addSubcommand(new DeviceCommand(cloud))
        .addSubcommand(new HubCommand(cloud))
        .addSubcommand(new LayerCommand(cloud))
        .addSubcommand(new ReleaseCommand(cloud))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(WIDTH)
        .setParameterExceptionHandler(LarderCli::misread)
        .setExecutionExceptionHandler(LarderCli::fail);
  }

  /** Says what is wrong in a line or two; the whole help would push it off the screen. */
  private static int misread(ParameterException misread, String[] arguments) {
    var command = misread.getCommandLine();
    var err = command.getErr();
    err.println("larder: " + misread.getMessage());
    UnmatchedArgumentException.printSuggestions(misread, err);
    err.println("See '" + command.getCommandSpec().qualifiedName() + " --help'");
    err.flush();
    return ExitCode.USAGE;
  }

  private static int fail(Exception failure, CommandLine command, ParseResult parsed)
      throws Exception {
    return switch (failure) {
      case CliFailure refused -> {
        say(command, refused.getMessage(), refused.problems());
        yield ExitCode.SOFTWARE;
      }
      case ProblemException misread -> {
        say(command, misread.getMessage(), misread.problems());
        yield ExitCode.USAGE;
      }
      default -> throw failure;
    };
  }

  /** Says each problem once, though the cloud's own sentence may be made of them. */
  private static void say(CommandLine command, @Nullable String message, List<Problem> problems) {
    var lines = problems.stream().map(Problem::toString).toList();
    var err = command.getErr();
    if (String.join("; ", lines).equals(message)) {
      lines.forEach(line -> err.println("larder: " + line));
    } else {
      err.println("larder: " + message);
      lines.forEach(line -> err.println("  " + line));
    }
    err.flush();
  }
}
