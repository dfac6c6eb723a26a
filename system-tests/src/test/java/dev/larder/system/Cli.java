package dev.larder.system;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The command line as an administrator has it, signed in to a test's cloud. */
final class Cli {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Path config;
  private final Node node;

  private Cli(Path config, Node node) {
    this.config = config;
    this.node = node;
  }

  /** Signs in; what is asked for by {@link #ofNode} then is of the bed's node. */
  static Cli signIn(Bed bed) throws IOException {
    var cloud = bed.cloud();
    var cli = new Cli(cloud.data().resolve("cli.json"), bed.node());
    cli.run(
        List.of(
            "login",
            "--url",
            cloud.url(),
            "--ca",
            cloud.authority().toString(),
            "--password-file",
            cloud.firstLoginSecret().toString()));
    return cli;
  }

  /** Runs {@code larder <group> <name> --resource … --node … <words>}, which must succeed. */
  String ofNode(String group, String name, String... words) throws IOException {
    var command =
        new ArrayList<>(
            List.of(group, name, "--resource", Node.RESOURCE, "--node", node.instance()));
    command.addAll(Arrays.asList(words));
    return run(command);
  }

  private String run(List<String> words) throws IOException {
    var command = new ArrayList<>(List.of(Command.repository("scripts/larder").toString()));
    command.addAll(words);
    return Command.run(
            Command.repository("."),
            LIMIT,
            Map.of(
                "LARDER_CONFIG", config.toString(), "JAVA_HOME", System.getProperty("java.home")),
            command)
        .succeeded()
        .output();
  }
}
