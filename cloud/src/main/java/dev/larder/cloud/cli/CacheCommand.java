package dev.larder.cloud.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code larder cache}: what the cache module of a running node is asked to do. */
@Command(
    name = "cache",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Purges, prefetches and pins content of a running node, and shows its cache.",
    footer = {
      "",
      "Examples:",
      "  larder cache status --resource contoso --node oslo",
      "  larder cache prefetch --resource contoso --node oslo --file urls.txt \\",
      "      --rate 2000000 --window 22:00-05:00",
      "  larder cache purge --resource contoso --node oslo --group download.windowsupdate.com",
      "  larder cache pin --resource contoso --node oslo --url http://host/big.cab"
    })
final class CacheCommand {
  private static final String CACHE = "cache";
  private static final String KEY = "key";
  private static final String ID = "id";

  private final Cloud cloud;

  CacheCommand(Cloud cloud) {
    this.cloud = cloud;
  }

  /** One object. */
  static final class OneObject {
    @Option(names = "--url", description = "The object's URL at its origin")
    private Optional<String> url = Optional.empty();

    @Option(names = "--key", description = "The key under which the cache keeps it")
    private Optional<String> key = Optional.empty();

    ObjectNode payload() {
      var payload = Json.object();
      url.ifPresent(value -> payload.put("url", value));
      key.ifPresent(value -> payload.put(KEY, value));
      return payload;
    }
  }

  /** What to purge. */
  static final class Purged {
    @Option(names = "--url", description = "One object, by its URL at its origin")
    private Optional<String> url = Optional.empty();

    @Option(names = "--key", description = "One object, by the key under which it is kept")
    private Optional<String> key = Optional.empty();

    @Option(names = "--prefix", description = "All objects whose URL or key begins so")
    private Optional<String> prefix = Optional.empty();

    @Option(names = "--group", description = "All objects of a group of origins")
    private Optional<String> group = Optional.empty();

    @Option(names = "--all", description = "Everything")
    private boolean all;

    ObjectNode payload() {
      var payload = Json.object();
      url.ifPresent(value -> payload.put("url", value));
      key.ifPresent(value -> payload.put(KEY, value));
      prefix.ifPresent(value -> payload.put("prefix", value));
      group.ifPresent(value -> payload.put("group", value));
      if (all) {
        payload.put("all", true);
      }
      return payload;
    }
  }

  @Command(mixinStandardHelpOptions = true, description = "Keeps content no more.")
  void purge(
      @Mixin NodeNames names,
      @ArgGroup(exclusive = true, multiplicity = "1") Purged what,
      @Mixin ModuleMethod method,
      @Mixin Output output) {
    show(output, method.invoke(cloud, names, CACHE, "purge", what.payload()));
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Fetches content ahead of its clients; the node goes on by itself.")
  void prefetch(
      @Mixin NodeNames names,
      @Option(names = "--url", description = "A URL; may be given more than once")
          List<String> urls,
      @Option(names = "--file", description = "A file with a URL on each line") Optional<Path> file,
      @Option(names = "--rate", description = "The most bytes a second") Optional<Long> rate,
      @Option(names = "--window", description = "When, UTC: 22:00-05:00") Optional<String> window,
      @Mixin ModuleMethod method,
      @Mixin Output output) {
    var payload = Json.object();
    var all = payload.putArray("urls");
    Optional.ofNullable(urls).ifPresent(given -> given.forEach(all::add));
    file.ifPresent(lines -> read(lines).forEach(all::add));
    rate.ifPresent(bytes -> payload.put("bytesPerSecond", bytes));
    window.ifPresent(hours -> {
      var ends = hours.split("-", 2);
      payload.putObject("window").put("start", ends[0]).put("end", ends.length > 1 ? ends[1] : "");
    });
    show(output, method.invoke(cloud, names, CACHE, "prefetch", payload));
  }

  private static List<String> read(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8).stream()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new CliFailure(file + " cannot be read: " + e.getMessage());
    }
  }

  @Command(
      name = "prefetch-status",
      mixinStandardHelpOptions = true,
      description = "Shows how far a prefetch is, or all that the node knows.")
  void prefetchStatus(
      @Mixin NodeNames names,
      @Option(names = "--id", description = "The job") Optional<String> id,
      @Mixin ModuleMethod method,
      @Mixin Output output) {
    var payload = Json.object();
    id.ifPresent(job -> payload.put(ID, job));
    show(output, method.invoke(cloud, names, CACHE, "prefetchStatus", payload));
  }

  @Command(
      name = "cancel-prefetch",
      mixinStandardHelpOptions = true,
      description = "Ends a prefetch; what it fetched stays.")
  void cancelPrefetch(
      @Mixin NodeNames names,
      @Option(names = "--id", required = true, description = "The job") String id,
      @Mixin ModuleMethod method,
      @Mixin Output output) {
    show(output, method.invoke(cloud, names, CACHE, "cancelPrefetch", Json.object().put(ID, id)));
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Keeps an object from being evicted; it has to be in the cache.")
  void pin(
      @Mixin NodeNames names,
      @ArgGroup(exclusive = true, multiplicity = "1") OneObject what,
      @Mixin ModuleMethod method,
      @Mixin Output output) {
    show(output, method.invoke(cloud, names, CACHE, "pin", what.payload()));
  }

  @Command(mixinStandardHelpOptions = true, description = "Lets an object be evicted again.")
  void unpin(
      @Mixin NodeNames names,
      @ArgGroup(exclusive = true, multiplicity = "1") OneObject what,
      @Mixin ModuleMethod method,
      @Mixin Output output) {
    show(output, method.invoke(cloud, names, CACHE, "unpin", what.payload()));
  }

  @Command(mixinStandardHelpOptions = true, description = "Lists what is pinned.")
  void pins(@Mixin NodeNames names, @Mixin ModuleMethod method, @Mixin Output output) {
    show(output, method.invoke(cloud, names, CACHE, "pins", Json.object()));
  }

  @Command(mixinStandardHelpOptions = true, description = "Shows the node's cache as it is now.")
  void status(@Mixin NodeNames names, @Mixin ModuleMethod method, @Mixin Output output) {
    show(output, method.invoke(cloud, names, CACHE, "status", Json.object()));
  }

  private static void show(Output output, JsonNode answer) {
    output.show(answer, CacheCommand::lines);
  }

  /** An answer's values, each with its path. */
  static String lines(JsonNode answer) {
    var facts = new ArrayList<TextTable.Fact>();
    gather("", answer, facts);
    return TextTable.facts(facts);
  }

  private static void gather(String path, JsonNode node, List<TextTable.Fact> facts) {
    if (node.isValueNode()) {
      facts.add(new TextTable.Fact(path, node.asText()));
    }
    int i = 0;
    for (var element : node.isArray() ? node : Json.mapper().createArrayNode()) {
      gather(path + "[" + i++ + "]", element, facts);
    }
    for (var field : node.properties()) {
      gather(
          path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue(), facts);
    }
  }
}
