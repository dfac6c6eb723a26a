package dev.larder.cloud.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code larder node update}: what is named changes, all else stays. */
@Command(
    name = "update",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Changes a cache node's configuration; what you leave out stays as it is.",
    footer = {
      "",
      "Examples:",
      "  larder node update --resource contoso --node oslo --cache-drive /data/cache,100",
      "  larder node update --resource contoso --node oslo \\",
      "      --cache-drive \"[{physical-path:/a,size-in-gb:50},{physical-path:/b,size-in-gb:50}]\"",
      "  larder node update --resource contoso --node oslo --proxy enabled \\",
      "      --proxy-host proxy.contoso.com --proxy-port 8080",
      "  larder node update --resource contoso --node oslo --auto-update-ring slow \\",
      "      --auto-update-week 2 --auto-update-day 3 --auto-update-time 03:00 --update-frequency 6h"
    })
final class UpdateCommand implements Callable<Integer> {
  private final Cloud cloud;

  @Spec private CommandSpec command = CommandSpec.create();
  @Mixin private NodeNames names = new NodeNames();

  @Option(
      names = "--cache-drive",
      description =
          "A folder and its size in GB, /p,50 or [{physical-path:/p,size-in-gb:50}]; may be given"
              + " more than once. All drives are replaced")
  private List<String> drives = List.of();

  @Option(names = "--proxy", description = "enabled or disabled")
  private Optional<String> proxy = Optional.empty();

  @Option(names = "--proxy-host", description = "The proxy's host, without a port")
  private Optional<String> proxyHost = Optional.empty();

  @Option(names = "--proxy-port", description = "The proxy's port")
  private Optional<Integer> proxyPort = Optional.empty();

  @Option(
      names = "--parent-cache",
      description =
          "Another Larder or Connected Cache to fetch through: host[:port][,http|https], or none")
  private Optional<String> parent = Optional.empty();

  @Option(names = "--auto-update-ring", description = "fast or slow; slow needs the next three")
  private Optional<String> ring = Optional.empty();

  @Option(names = "--auto-update-week", description = "Week of the month, 1 to 5")
  private Optional<Integer> week = Optional.empty();

  @Option(names = "--auto-update-day", description = "Day of the week, 1 (Monday) to 7 (Sunday)")
  private Optional<Integer> day = Optional.empty();

  @Option(names = "--auto-update-time", description = "Time of day in UTC, 03:00")
  private Optional<String> time = Optional.empty();

  @Option(
      names = "--update-frequency",
      description = "How often the node checks for releases: 30m, 6h, 1d")
  private Optional<String> frequency = Optional.empty();

  @Option(names = "--http-port", description = "The port on which clients ask the cache")
  private Optional<Integer> httpPort = Optional.empty();

  @Option(
      names = "--summary-port",
      description = "The port, on the machine itself, of the cache's summary")
  private Optional<Integer> summaryPort = Optional.empty();

  @Option(names = "--tls", description = "enabled or disabled: the HTTPS port is published")
  private Optional<String> tls = Optional.empty();

  @Option(names = "--https-port", description = "The port on which clients ask the cache over TLS")
  private Optional<Integer> httpsPort = Optional.empty();

  @Option(
      names = "--connections-per-client",
      description = "The most connections at once from one client's address")
  private Optional<Integer> connectionsPerClient = Optional.empty();

  @Option(
      names = "--origin",
      description =
          "A host to serve beside the catalogue: host[,http|https[,content type[,private]]];"
              + " private allows it an address of a private network. May be given more than once;"
              + " all extra origins are replaced")
  private List<String> origins = List.of();

  @Option(
      names = "--tag",
      description = "A tag to set, name=value, or to take away, name=; may be given more than once")
  private Map<String, String> tags = Map.of();

  @Mixin private Output output = new Output();

  UpdateCommand(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public Integer call() {
    var patch = patch();
    if (patch.isEmpty() && tags.isEmpty()) {
      throw new ParameterException(command.commandLine(), "Name at least one thing to change");
    }
    JsonNode after =
        cloud.ask(client -> {
          if (!tags.isEmpty()) {
            client.send("PUT", names.path("tags"), merged(client.get(names.path())));
          }
          var path = names.path("configuration");
          return patch.isEmpty() ? client.get(path) : client.send("PATCH", path, patch);
        });
    output.show(after, Views::configuration);
    return ExitCode.OK;
  }

  /** The tags that the node has with those that were named set or taken away. */
  private ObjectNode merged(JsonNode node) {
    var merged = Json.object();
    node.path("tags").properties().forEach(tag -> merged.set(tag.getKey(), tag.getValue()));
    tags.forEach((name, value) -> {
      if (value.isEmpty()) {
        merged.remove(name);
      } else {
        merged.put(name, value);
      }
    });
    return merged;
  }

  /** A JSON Merge Patch of what was named. */
  private ObjectNode patch() {
    var patch = Json.object();
    if (!drives.isEmpty()) {
      patch.set("cacheDrives", Shorthand.drives(drives).orThrow());
    }
    var proxyPatch = Json.object();
    proxy.ifPresent(
        text -> proxyPatch.put("enabled", Shorthand.enabled("--proxy", text).orThrow()));
    proxyHost.ifPresent(host -> proxyPatch.put("host", host));
    proxyPort.ifPresent(port -> proxyPatch.put("port", port));
    putFilled(patch, "proxy", proxyPatch);
    parent.ifPresent(text -> patch.set("parent", Shorthand.parent(text).orThrow()));
    tls.ifPresent(text -> patch.put("tls", Shorthand.enabled("--tls", text).orThrow()));
    httpsPort.ifPresent(port -> patch.put("httpsPort", port));
    connectionsPerClient.ifPresent(
        most -> patch.putObject("limits").put("connectionsPerClient", most));
    httpPort.ifPresent(port -> patch.put("httpPort", port));
    summaryPort.ifPresent(port -> patch.put("summaryPort", port));
    if (!origins.isEmpty()) {
      var array = patch.putArray("origins");
      origins.forEach(origin -> array.add(Shorthand.origin(origin).orThrow()));
    }
    putFilled(patch, "update", updatePatch());
    return patch;
  }

  private ObjectNode updatePatch() {
    var update = Json.object();
    ring.ifPresent(text -> update.put("ring", text));
    week.ifPresent(number -> update.put("week", number));
    day.ifPresent(number -> update.put("day", number));
    time.ifPresent(text -> update.put("time", text));
    frequency.ifPresent(text ->
        update.put(
            "frequency", Shorthand.duration("--update-frequency", text).orThrow().toString()));
    return update;
  }

  private static void putFilled(ObjectNode patch, String field, ObjectNode part) {
    if (!part.isEmpty()) {
      patch.set(field, part);
    }
  }
}
