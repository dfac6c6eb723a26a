package dev.larder.common.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.access.AccessList;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problem;
import dev.larder.common.route.Route;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code $edgeHub}'s desired properties: routes, what the hub keeps, and who may speak to it.
 *
 * @param routes the good ones, by name
 * @param routeProblems of the routes that are left out
 * @param timeToLive of a message that has not reached its sink; zero for as long as there is room
 * @param maxSizeBytes of all that is kept
 * @param overflow what happens to a message beyond that
 * @param upstreamBytesPerHour that the hub may send to the cloud; empty for no limit
 * @param access to open topics
 * @param devices leaf devices that may connect, by id
 */
public record HubDesired(
    Map<String, RouteRule> routes,
    List<Problem> routeProblems,
    Duration timeToLive,
    long maxSizeBytes,
    Overflow overflow,
    Optional<Long> upstreamBytesPerHour,
    AccessList access,
    Map<String, DeviceAuth> devices) {
  /**
   * Until the cloud has said otherwise: everything goes to the cloud, is kept two hours, and takes
   * at most 256 MiB.
   */
  public static final HubDesired DEFAULT =
      new HubDesired(
          Map.of(
              "upstream",
              RouteRule.of(Route.parse("FROM /messages/* INTO $upstream", "").orThrow())),
          List.of(),
          Duration.ofHours(2),
          256L << 20,
          Overflow.DROP_OLDEST,
          Optional.empty(),
          AccessList.NONE,
          Map.of());

  public HubDesired {
    routes = Map.copyOf(routes);
    routeProblems = List.copyOf(routeProblems);
    devices = Map.copyOf(devices);
  }

  /**
   * Reads schema 1.0 to 1.3, the routes as strings or as objects. A bad route is left out and told
   * in {@link #routeProblems}; any other problem makes the whole invalid, and then those of the
   * routes are among them.
   */
  public static Checked<HubDesired> read(JsonNode desired, String path) {
    return new HubDesiredReader(desired, path).read();
  }
}
