package dev.larder.cloud.cli;

import dev.larder.common.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code larder resource}. */
@Command(
    name = "resource",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Creates and shows resources; each is one organisation's connected cache.",
    footer = {
      "",
      "Examples:",
      "  larder resource create --resource contoso",
      "  larder resource list --output json"
    })
final class ResourceCommand {
  static final String RESOURCES = "resources";

  private final Cloud cloud;

  ResourceCommand(Cloud cloud) {
    this.cloud = cloud;
  }

  @Command(mixinStandardHelpOptions = true, description = "Creates a resource.")
  void create(
      @Option(
              names = {"--resource-name", "--resource"},
              required = true,
              description = "Its name: 1 to 90 letters, digits, hyphens and underscores")
          String resource,
      @Mixin Output output) {
    var body = Json.object().put("name", resource);
    output.show(
        cloud.ask(client -> client.send("POST", CloudClient.path(RESOURCES), body)),
        Views::resource);
  }

  @Command(mixinStandardHelpOptions = true, description = "Lists all resources.")
  void list(@Mixin Output output) {
    output.show(cloud.ask(client -> client.get(CloudClient.path(RESOURCES))), Views::resources);
  }

  @Command(mixinStandardHelpOptions = true, description = "Shows a resource.")
  void show(
      @Option(
              names = {"--resource-name", "--resource"},
              required = true,
              description = "Its name")
          String resource,
      @Mixin Output output) {
    output.show(
        cloud.ask(client -> client.get(CloudClient.path(RESOURCES, resource))), Views::resource);
  }
}
