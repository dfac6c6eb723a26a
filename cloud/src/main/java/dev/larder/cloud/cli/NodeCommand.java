package dev.larder.cloud.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code larder node}; {@code update} is an {@link UpdateCommand}. */
@Command(
    name = "node",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Creates, configures, deploys and shows cache nodes.",
    footer = {
      "",
      "Examples:",
      "  larder node create --resource contoso --node oslo --tag site=oslo",
      "  larder node list --resource contoso",
      "  larder node get-deployment-details --resource contoso --node oslo --output json",
      "  larder node logs --resource contoso --node oslo --module cache --since 90m"
    })
final class NodeCommand {
  static final String NODES = "nodes";

  private final Cloud cloud;

  @Spec private CommandSpec command = CommandSpec.create();

  NodeCommand(Cloud cloud) {
    this.cloud = cloud;
  }

  @Command(mixinStandardHelpOptions = true, description = "Creates a cache node.")
  void create(
      @Mixin NodeNames names,
      @Option(names = "--tag", description = "A tag, name=value; may be given more than once")
          Map<String, String> tags,
      @Mixin Output output) {
    var body = Json.object().put("name", names.node());
    if (tags != null) {
      tags.forEach(body.putObject("tags")::put);
    }
    var path = CloudClient.path(ResourceCommand.RESOURCES, names.resource(), NODES);
    output.show(cloud.ask(client -> client.send("POST", path, body)), Views::node);
  }

  @Command(mixinStandardHelpOptions = true, description = "Lists a resource's cache nodes.")
  void list(
      @Option(
              names = {"--resource-name", "--resource"},
              required = true,
              description = "The resource")
          String resource,
      @Mixin Output output) {
    var path = CloudClient.path(ResourceCommand.RESOURCES, resource, NODES);
    output.show(cloud.ask(client -> client.get(path)), Views::nodes);
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Shows a cache node: its status, its modules and its release.")
  void show(@Mixin NodeNames names, @Mixin Output output) {
    output.show(cloud.ask(client -> client.get(names.path())), Views::node);
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Shows what happened on a cache node, the last 200 events, the newest last.")
  void events(@Mixin NodeNames names, @Mixin Output output) {
    var events = cloud.ask(client -> client.get(names.path())).path("events");
    output.show(events.isObject() ? events : noEvents(), Views::events);
  }

  @Command(
      name = "show-configuration",
      mixinStandardHelpOptions = true,
      description = "Shows a cache node's configuration.")
  void showConfiguration(@Mixin NodeNames names, @Mixin Output output) {
    output.show(cloud.ask(client -> client.get(names.path("configuration"))), Views::configuration);
  }

  @Command(
      name = "get-deployment-details",
      mixinStandardHelpOptions = true,
      description = {
        "Shows the keys and the command that deploy a cache node.",
        "The registration key works once; ask again after a deploy."
      })
  void getDeploymentDetails(@Mixin NodeNames names, @Mixin Output output) {
    output.show(
        cloud.ask(client -> client.get(names.path("deployment-details"))),
        Views::deploymentDetails);
  }

  @Command(
      name = "get-bundle",
      mixinStandardHelpOptions = true,
      description = "Downloads a cache node's deployment bundle, a ZIP without any secret.")
  void getBundle(
      @Mixin NodeNames names,
      @Option(
              names = {"--output", "-o", "--file"},
              required = true,
              description = "Where to write the ZIP")
          Path file) {
    var bundle = cloud.ask(client -> client.download(names.path("bundle.zip")));
    try {
      AtomicFile.write(file, bundle, "rw-r--r--");
    } catch (IOException e) {
      throw new CliFailure(file + " cannot be written: " + e.getMessage());
    }
    say("Wrote " + file + ", " + bundle.length + " bytes");
  }

  @Command(
      name = "invoke-method",
      mixinStandardHelpOptions = true,
      description = "Asks a module of a running node to do something: a direct method.")
  void invokeMethod(
      @Mixin NodeNames names,
      @Mixin ModuleName module,
      @Mixin NamedMethod method,
      @Mixin Output output) {
    output.show(method.invoke(cloud, names, module.value()), CacheCommand::lines);
  }

  @Command(
      name = "restart-module",
      mixinStandardHelpOptions = true,
      description = "Restarts a module of a running node.")
  void restartModule(@Mixin NodeNames names, @Mixin ModuleName module, @Mixin ModuleMethod method) {
    method.invoke(
        cloud,
        names,
        AgentRequest.AGENT,
        AgentRequest.RESTART,
        AgentRequest.restart(module.value()));
    say("Restarted " + module.value());
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Shows the end of a module's log; secrets are taken out on the node.")
  void logs(
      @Mixin NodeNames names,
      @Mixin ModuleName module,
      @Option(
              names = "--tail",
              defaultValue = "100",
              description = "How many lines at most (default: ${DEFAULT-VALUE})")
          int tail,
      @Option(names = "--since", description = "No older lines: 90m, or 2026-11-27T10:00:00Z")
          @Nullable String since,
      @Mixin ModuleMethod method) {
    var request = AgentRequest.logs(module.value(), tail, Optional.ofNullable(since));
    var answer = method.invoke(cloud, names, AgentRequest.AGENT, AgentRequest.LOGS, request);
    command.commandLine().getOut().print(AgentRequest.log(answer, module.value()));
    command.commandLine().getOut().flush();
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Deletes a cache node; its certificate is no longer taken.")
  void delete(
      @Mixin NodeNames names,
      @Option(
              names = {"--yes", "-y"},
              description = "Do not ask")
          boolean sure) {
    if (!sure) {
      confirm(names.node());
    }
    cloud.ask(client -> client.delete(names.path()));
    say("Deleted " + names.node());
  }

  private static JsonNode noEvents() {
    var events = Json.object();
    events.putArray("list");
    return events;
  }

  private static void confirm(String node) {
    var terminal = Terminal.orFail("use --yes");
    var answer = terminal.readLine("Delete cache node %s? Type its name to confirm: ", node);
    if (!node.equals(answer)) {
      throw new CliFailure("Not deleted: " + node + " was not typed");
    }
  }

  private void say(String text) {
    command.commandLine().getOut().println(text);
    command.commandLine().getOut().flush();
  }
}
