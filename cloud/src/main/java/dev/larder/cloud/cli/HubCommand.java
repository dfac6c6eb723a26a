package dev.larder.cloud.cli;

import dev.larder.common.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code larder hub}: how a node's hub is doing. */
@Command(
    name = "hub",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Shows a node's hub: its clients, its queues and its losses.",
    footer = {"", "Example:", "  larder hub status --resource contoso --node oslo"})
final class HubCommand {
  private final Cloud cloud;

  HubCommand(Cloud cloud) {
    this.cloud = cloud;
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = {
        "Shows what the node's hub last reported: queues by sink and priority, what expired or was"
            + " over quota, clients, and routes that are not in force."
      })
  void status(@Mixin NodeNames names, @Mixin Output output) {
    var answer = Json.object();
    cloud.ask(client -> {
      answer.set("hubConnected", client.get(names.path()).path("hubConnected"));
      return answer.set("twin", client.get(names.path("twins", "$edgeHub")));
    });
    output.show(answer, HubView::status);
  }
}
