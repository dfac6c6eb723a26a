package dev.larder.cloud.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.id.DeviceId;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code larder device}: what a leaf device of a running node is sent and asked. */
@Command(
    name = "device",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Sends messages to leaf devices of a running node, calls and shows them.",
    footer = {
      "",
      "Examples:",
      "  larder device send --resource contoso --node oslo --device press --body '{\"speed\":5}' \\",
      "      --property unit=rpm --expires-in 1h",
      "  larder device call --resource contoso --node oslo --device press --method stop",
      "  larder device show-twin --resource contoso --node oslo --device press"
    })
final class DeviceCommand {
  static final String DEVICES = "devices";

  private final Cloud cloud;

  DeviceCommand(Cloud cloud) {
    this.cloud = cloud;
  }

  /** Which device. */
  static final class DeviceName {
    @Option(
        names = {"--device-id", "--device", "-d"},
        required = true,
        description = "The leaf device's id")
    private String id = "";
  }

  /** What a message says. */
  static final class Body {
    @Option(names = "--body", description = "A text, sent as it is written: JSON or any other")
    private Optional<String> text = Optional.empty();

    @Option(names = "--body-file", description = "A file, sent as its bytes")
    private Optional<Path> file = Optional.empty();

    void put(ObjectNode message) {
      text.ifPresent(written -> message.put("body", written));
      file.ifPresent(path -> message.put("bodyBase64", read(path)));
    }

    private static String read(Path file) {
      try {
        return Base64.getEncoder().encodeToString(Files.readAllBytes(file));
      } catch (IOException e) {
        throw new CliFailure(file + " cannot be read: " + e.getMessage());
      }
    }
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = {
        "Sends a message; the node's hub keeps it until the device takes it.",
        "A message that was perhaps not taken may be sent again with the same --message-id: the"
            + " device gets it once."
      })
  void send(
      @Mixin NodeNames names,
      @Mixin DeviceName device,
      @ArgGroup(exclusive = true, multiplicity = "1") Body body,
      @Option(names = "--property", description = "A property, name=value; may be given more often")
          Map<String, String> properties,
      @Option(names = "--message-id", description = "Names the message; made when left out")
          Optional<String> messageId,
      @Option(names = "--correlation-id", description = "What the message belongs to")
          Optional<String> correlationId,
      @Option(names = "--expires-in", description = "How long it is of use: 30m, 6h, 1d")
          Optional<String> expiresIn,
      @Mixin Output output) {
    var message = Json.object();
    body.put(message);
    Optional.ofNullable(properties)
        .ifPresent(given -> given.forEach(message.putObject("properties")::put));
    messageId.ifPresent(id -> message.put("messageId", id));
    correlationId.ifPresent(id -> message.put("correlationId", id));
    expiresIn.ifPresent(text ->
        message.put("expiresIn", Shorthand.duration("--expires-in", text).orThrow().toString()));
    var path = names.path(DEVICES, device.id, "messages");
    output.show(cloud.ask(client -> client.send("POST", path, message)), CacheCommand::lines);
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Asks a device to do something, and shows its answer: a direct method.")
  void call(
      @Mixin NodeNames names,
      @Mixin DeviceName device,
      @Mixin NamedMethod method,
      @Mixin Output output) {
    output.show(method.invokeDevice(cloud, names, device.id), CacheCommand::lines);
  }

  @Command(
      name = "show-twin",
      mixinStandardHelpOptions = true,
      description = "Shows what a device last reported.")
  void showTwin(@Mixin NodeNames names, @Mixin DeviceName device, @Mixin Output output) {
    var path = names.path("twins", DeviceId.PREFIX + device.id);
    output.show(cloud.ask(client -> client.get(path)), CacheCommand::lines);
  }
}
