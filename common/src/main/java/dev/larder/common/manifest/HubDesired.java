package dev.larder.common.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problems;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * {@code $edgeHub}'s desired properties: routes by name, and how long and how much the hub keeps.
 *
 * @param timeToLive of a message that has not reached its sink
 * @param maxSizeBytes of all that is kept
 */
public record HubDesired(Map<String, Route> routes, Duration timeToLive, long maxSizeBytes) {
  /**
   * Until the cloud has said otherwise: everything goes to the cloud, is kept two hours, and takes
   * at most 256 MiB.
   */
  public static final HubDesired DEFAULT =
      new HubDesired(
          Map.of("upstream", Route.parse("FROM /messages/* INTO $upstream", "").orThrow()),
          Duration.ofHours(2),
          256L << 20);

  private static final Set<String> SCHEMAS = Set.of("1.0", "1.1", "1.2", "1.3");
  private static final long LONGEST_SECONDS = Duration.ofDays(365).toSeconds();
  private static final long LARGEST_BYTES = 1L << 40;

  public HubDesired {
    routes = Map.copyOf(routes);
  }

  /** Reads schema 1.0 to 1.3, the routes as strings or as objects. */
  public static Checked<HubDesired> read(JsonNode desired, String path) {
    var problems = new Problems();
    var node = Reading.of(desired, path, problems);
    var schema = node.text("schemaVersion", "write \"1.1\"");
    if (!schema.isEmpty() && !SCHEMAS.contains(schema)) {
      node.add("schemaVersion", "is " + schema + ", which this hub cannot read", "write \"1.1\"");
    }
    var routes = routes(node.optionalObject("routes"));
    var store = node.optionalObject("storeAndForwardConfiguration");
    var seconds =
        store.whole("timeToLiveSecs", 0, LONGEST_SECONDS, DEFAULT.timeToLive().toSeconds());
    var bytes =
        store
            .optionalObject("storeLimits")
            .whole("maxSizeBytes", 1 << 20, LARGEST_BYTES, DEFAULT.maxSizeBytes());
    return problems.isEmpty()
        ? Checked.valid(new HubDesired(routes, Duration.ofSeconds(seconds), bytes))
        : Checked.invalid(problems.list());
  }

  private static Map<String, Route> routes(Reading routes) {
    var found = new TreeMap<String, Route>();
    for (var entry : routes.node().properties()) {
      var name = entry.getKey();
      var text =
          entry.getValue().isObject()
              ? routes.object(name).text("route", "write the route's text")
              : routes.text(name, "write the route's text");
      if (text.isEmpty()) {
        continue;
      }
      switch (Route.parse(text, routes.at(name))) {
        case Checked.Valid<Route>(var route) -> found.put(name, route);
        case Checked.Invalid<Route>(var wrong) ->
            wrong.forEach(p -> routes.problems().add(p.path(), p.message(), p.mend()));
      }
    }
    return found;
  }
}
