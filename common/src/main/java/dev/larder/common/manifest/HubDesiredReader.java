package dev.larder.common.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.id.DeviceId;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problems;
import dev.larder.common.route.Route;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads {@code $edgeHub}'s desired properties. */
final class HubDesiredReader {
  private static final Set<String> SCHEMAS = Set.of("1.0", "1.1", "1.2", "1.3");
  private static final long LONGEST_SECONDS = Duration.ofDays(365).toSeconds();
  private static final long LARGEST_BYTES = 1L << 40;
  private static final long LEAST_BYTES_PER_HOUR = 1 << 16;
  private static final int MOST_ROUTES = 200;
  private static final int MOST_DEVICES = 1000;
  private static final String ROUTE_MEND = "write the route's text";

  private final Problems problems = new Problems();
  private final Problems routeProblems = new Problems();
  private final Reading node;

  HubDesiredReader(JsonNode desired, String path) {
    node = Reading.of(desired, path, problems);
  }

  Checked<HubDesired> read() {
    var schema = node.text("schemaVersion", "write \"1.1\"");
    if (!schema.isEmpty() && !SCHEMAS.contains(schema)) {
      node.add("schemaVersion", "is " + schema + ", which this hub cannot read", "write \"1.1\"");
    }
    var routes = routes(node.optionalObject("routes"));
    var store = node.optionalObject("storeAndForwardConfiguration");
    // IoT Edge takes a negative time for ever; here zero says so as well.
    var seconds =
        store.whole(
            "timeToLiveSecs", -1, LONGEST_SECONDS, HubDesired.DEFAULT.timeToLive().toSeconds());
    var limits = store.optionalObject("storeLimits");
    var bytes =
        limits.whole("maxSizeBytes", 1 << 20, LARGEST_BYTES, HubDesired.DEFAULT.maxSizeBytes());
    var overflow =
        limits.oneOf("overflow", Overflow.class, Overflow::toString, Overflow.DROP_OLDEST);
    var bytesPerHour =
        store
            .optionalObject("upstreamLimits")
            .whole("bytesPerHour", LEAST_BYTES_PER_HOUR, LARGEST_BYTES, 0);
    var access = AccessReader.read(node.optionalObject("mqttBroker"));
    var devices = devices(node.optionalObject("devices"));
    if (!problems.isEmpty()) {
      return Checked.invalid(
          Stream.concat(problems.list().stream(), routeProblems.list().stream()).toList());
    }
    return Checked.valid(
        new HubDesired(
            routes,
            routeProblems.list(),
            Duration.ofSeconds(Math.max(0, seconds)),
            bytes,
            overflow,
            bytesPerHour == 0 ? Optional.empty() : Optional.of(bytesPerHour),
            access,
            devices));
  }

  private Map<String, RouteRule> routes(Reading routes) {
    var found = new TreeMap<String, RouteRule>();
    int count = routes.node().size();
    if (count > MOST_ROUTES) {
      node.add("routes", "has " + count + " routes", "give it at most " + MOST_ROUTES);
      return found;
    }
    for (var entry : routes.node().properties()) {
      var wrong = new Problems();
      var rule = rule(routes.noting(wrong), entry.getKey());
      if (rule.isPresent() && wrong.isEmpty()) {
        found.put(entry.getKey(), rule.get());
      }
      wrong.list().forEach(routeProblems::add);
    }
    return found;
  }

  private static Optional<RouteRule> rule(Reading routes, String name) {
    if (!routes.node().path(name).isObject()) {
      return route(routes.text(name, ROUTE_MEND), routes.at(name), routes.problems())
          .map(RouteRule::of);
    }
    var rule = routes.object(name);
    var priority =
        rule.whole(
            "priority", RouteRule.MOST_URGENT, RouteRule.LEAST_URGENT, RouteRule.LEAST_URGENT);
    var seconds = rule.whole("timeToLiveSecs", 0, LONGEST_SECONDS, 0);
    return route(rule.text("route", ROUTE_MEND), routes.at(name), routes.problems())
        .map(route ->
            new RouteRule(
                route,
                (int) priority,
                seconds == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds))));
  }

  /** A blank text has its problem already. */
  private static Optional<Route> route(String text, String path, Problems problems) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    return switch (Route.parse(text, path)) {
      case Checked.Valid<Route>(var route) -> Optional.of(route);
      case Checked.Invalid<Route>(var wrong) -> {
        wrong.forEach(problems::add);
        yield Optional.empty();
      }
    };
  }

  private Map<String, DeviceAuth> devices(Reading devices) {
    var found = new TreeMap<String, DeviceAuth>();
    int count = devices.node().size();
    if (count > MOST_DEVICES) {
      node.add("devices", "has " + count + " devices", "give it at most " + MOST_DEVICES);
      return found;
    }
    for (var entry : devices.node().properties()) {
      var id = entry.getKey();
      if (!DeviceId.isOne(id)) {
        devices.add(id, "is no device's id", "use " + DeviceId.RULE);
        continue;
      }
      device(devices, id).ifPresent(auth -> found.put(id, auth));
    }
    return found;
  }

  private static Optional<DeviceAuth> device(Reading devices, String id) {
    var device = devices.object(id);
    var generation = device.optionalText("generation", "write \"1\"");
    if (generation.isPresent() && !DeviceAuth.isGeneration(generation.get())) {
      device.add("generation", "is no generation", "use 1 to 64 letters, digits, '.', '_' and '-'");
      return Optional.empty();
    }
    var thumbprints =
        device.texts(
            "thumbprints",
            DeviceAuth.MOST_THUMBPRINTS,
            DeviceAuth::isThumbprint,
            "write a certificate's SHA-1 or SHA-256 as 40 or 64 hex digits");
    if (generation.isEmpty() && thumbprints.isEmpty()) {
      boolean silent = !device.has("generation") && !device.has("thumbprints");
      if (silent && devices.node().path(id).isObject()) {
        devices.add(
            id,
            "has no way to prove itself",
            "give it \"generation\": \"1\", or the thumbprints of its client certificates");
      }
      return Optional.empty();
    }
    return Optional.of(new DeviceAuth(generation, thumbprints));
  }
}
