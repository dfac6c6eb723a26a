package dev.larder.cloud.cli;

import dev.larder.common.json.Json;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code larder release}. */
@Command(
    name = "release",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Offers releases to nodes, which move to them by their own updates schedule.",
    footer = {
      "",
      "Example:",
      "  larder release create --release 1.1.0 --agent-image larder-agent:1.1.0 \\",
      "      --hub-image larder-hub:1.1.0 --cache-image larder-cache:1.1.0 \\",
      "      --fast-from 2027-01-11T03:00:00Z --slow-from 2027-01-18T00:00:00Z"
    })
final class ReleaseCommand {
  private static final String RELEASES = "releases";

  private final Cloud cloud;

  ReleaseCommand(Cloud cloud) {
    this.cloud = cloud;
  }

  /** The images of a release. */
  static final class ImageOptions {
    @Option(names = "--agent-image", required = true, description = "The image of edgeAgent")
    private String agent = "";

    @Option(names = "--hub-image", required = true, description = "The image of edgeHub")
    private String hub = "";

    @Option(names = "--cache-image", required = true, description = "The image of the cache module")
    private String cache = "";
  }

  @Command(mixinStandardHelpOptions = true, description = "Offers a release.")
  void create(
      @Option(names = "--release", required = true, description = "Its version, 1.1.0")
          String version,
      @Mixin ImageOptions images,
      @Option(
              names = "--fast-from",
              description = "When the fast ring may have it, ISO 8601 in UTC (default: now)")
          Optional<String> fastFrom,
      @Option(
              names = "--slow-from",
              description = "When the slow ring may have it (default: 7 days after the fast ring)")
          Optional<String> slowFrom,
      @Mixin Output output) {
    var body = Json.object().put("version", version);
    body.putObject("images")
        .put("edgeAgent", images.agent)
        .put("edgeHub", images.hub)
        .put("cache", images.cache);
    fastFrom.ifPresent(instant -> body.put("fastFrom", instant));
    slowFrom.ifPresent(instant -> body.put("slowFrom", instant));
    output.show(
        cloud.ask(client -> client.send("POST", CloudClient.path(RELEASES), body)),
        release ->
            Views.releases(
                Json.object().set(RELEASES, Json.mapper().createArrayNode().add(release))));
  }

  @Command(mixinStandardHelpOptions = true, description = "Lists the releases, newest first.")
  void list(@Mixin Output output) {
    output.show(cloud.ask(client -> client.get(CloudClient.path(RELEASES))), Views::releases);
  }
}
