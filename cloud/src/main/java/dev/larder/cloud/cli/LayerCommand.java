package dev.larder.cloud.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code larder layer}. */
@Command(
    name = "layer",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Lays partial manifests over those of the nodes whose tags match.",
    footer = {
      "",
      "Examples:",
      "  larder layer set --resource contoso --layer debug-logs --file debug-logs.json",
      "  larder layer delete --resource contoso --layer debug-logs"
    })
final class LayerCommand {
  private static final String LAYERS = "layers";

  private final Cloud cloud;

  @Spec private CommandSpec command = CommandSpec.create();

  LayerCommand(Cloud cloud) {
    this.cloud = cloud;
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = {
        "Makes or replaces a layer.",
        "Nothing changes when the manifest of one of its nodes would not be valid."
      })
  void set(
      @Option(
              names = {"--resource-name", "--resource"},
              required = true,
              description = "The resource")
          String resource,
      @Option(
              names = {"--layer-name", "--layer"},
              required = true,
              description = "The layer")
          String layer,
      @Option(
              names = "--file",
              required = true,
              description = "JSON with targetCondition, priority and content")
          Path file,
      @Mixin Output output) {
    var content = read(file);
    var path = path(resource, layer);
    output.show(
        cloud.ask(client -> client.send("PUT", path, content)),
        answer ->
            Views.layers(Json.object().set(LAYERS, Json.mapper().createArrayNode().add(answer))));
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Lists a resource's layers in the order in which they are laid.")
  void list(
      @Option(
              names = {"--resource-name", "--resource"},
              required = true,
              description = "The resource")
          String resource,
      @Mixin Output output) {
    var path = CloudClient.path(ResourceCommand.RESOURCES, resource, LAYERS);
    output.show(cloud.ask(client -> client.get(path)), Views::layers);
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Deletes a layer; what it added goes from its nodes.")
  void delete(
      @Option(
              names = {"--resource-name", "--resource"},
              required = true,
              description = "The resource")
          String resource,
      @Option(
              names = {"--layer-name", "--layer"},
              required = true,
              description = "The layer")
          String layer) {
    cloud.ask(client -> client.delete(path(resource, layer)));
    command.commandLine().getOut().println("Deleted " + layer);
    command.commandLine().getOut().flush();
  }

  private static String path(String resource, String layer) {
    return CloudClient.path(ResourceCommand.RESOURCES, resource, LAYERS, layer);
  }

  private static JsonNode read(Path file) {
    try {
      return Json.mapper().readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new CliFailure(
          file
              + " is not JSON, at line "
              + e.getLocation().getLineNr()
              + ": "
              + e.getOriginalMessage());
    } catch (IOException e) {
      throw new CliFailure(file + " cannot be read: " + e.getMessage());
    }
  }
}
