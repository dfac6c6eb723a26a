package dev.larder.agent;

import dev.larder.agent.engine.EngineException;
import dev.larder.agent.enrol.EnrolCommand;
import dev.larder.agent.intake.PolicyFile;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.operator.OperatorCommands;
import dev.larder.agent.proxy.HttpProxy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code larder-agent enrol}, {@code check-enrolment}, {@code check-policy}, {@code larder-agent
 * [run] [--data-dir <folder>]}, and the commands of {@link OperatorCommands}.
 */
public final class AgentMain {
  private static final Logger log = LoggerFactory.getLogger(AgentMain.class);
  private static final String DEFAULT_HEALTH_PORT = "9600";
  private static final String DEFAULT_ENGINE = "unix:///var/run/docker.sock";
  private static final int USAGE = 64;

  private AgentMain() {}

  public static void main(String[] args) throws Exception {
    HttpProxy.allowBasic();
    var arguments = List.of(args);
    var environment = System.getenv();
    var code =
        switch (arguments.isEmpty() ? "run" : arguments.getFirst()) {
          case "enrol" ->
              new EnrolCommand(System.in, System.out, System.err, InstantSource.system())
                  .run(version());
          case "check-enrolment" ->
              new EnrolCommand(System.in, System.out, System.err, InstantSource.system())
                  .check(version());
          case "check-policy" -> PolicyFile.check(System.in, System.err);
          case "--train" -> Training.run();
          case "run", "--data-dir" -> run(arguments, environment);
          case "check", "list", "status", "logs", "restart", "support-bundle" ->
              operate(arguments, environment);
          default -> usage();
        };
    System.exit(code);
  }

  private static int usage() {
    System.err.println(
        "usage: enrol < request.json | check-enrolment < request.json | check-policy < policy.json"
            + " | [run] [--data-dir <folder>] | --train"
            + " | check | list | status | logs | restart | support-bundle; check --help");
    return USAGE;
  }

  private static int operate(List<String> arguments, Map<String, String> environment)
      throws InterruptedException {
    var out = System.out;
    // Standard output is for what was asked; the log goes to the other.
    System.setOut(System.err);
    return new OperatorCommands(
            version(),
            environment.getOrDefault("LARDER_DATA_DIR", ""),
            URI.create(environment.getOrDefault("DOCKER_HOST", DEFAULT_ENGINE)),
            InstantSource.system(),
            System.in,
            out,
            System.err)
        .run(arguments);
  }

  static String version() {
    var version = AgentMain.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private static int run(List<String> arguments, Map<String, String> environment)
      throws InterruptedException {
    int option = arguments.indexOf("--data-dir");
    var dataDir =
        option >= 0 && option + 1 < arguments.size()
            ? arguments.get(option + 1)
            : environment.getOrDefault("LARDER_DATA_DIR", "");
    if (dataDir.isEmpty()) {
      System.err.println("name the node's folder: --data-dir <folder>, or LARDER_DATA_DIR");
      return USAGE;
    }
    var docker = URI.create(environment.getOrDefault("DOCKER_HOST", DEFAULT_ENGINE));
    var port =
        Integer.parseInt(environment.getOrDefault("LARDER_HEALTH_PORT", DEFAULT_HEALTH_PORT));
    try (var termination = new Termination();
        var agent =
            new Agent(
                new NodeFiles(Path.of(dataDir)), docker, port, version(), InstantSource.system())) {
      agent.start();
      termination.await();
      return 0;
    } catch (EngineException e) {
      log.atError().addKeyValue("reason", e.reason()).log("agent cannot begin");
      return 1;
    } catch (IOException | GeneralSecurityException e) {
      log.atError().addKeyValue("reason", e.getMessage()).log("agent cannot start");
      return 1;
    }
  }
}
