package dev.larder.hub.route;

import dev.larder.common.manifest.HubDesired;
import dev.larder.common.manifest.RouteRule;
import dev.larder.common.route.Route;
import dev.larder.common.route.RoutedMessage;
import dev.larder.common.route.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * The routes in force. A message goes once to each sink that any of its routes names, with the
 * priority and the time to live of the most urgent of them.
 */
public final class Router {
  /**
   * A route and where it leads.
   *
   * @param always whether it takes every message, with nothing to look at
   */
  private record Rule(Route route, Destination destination, boolean always) {}

  /** The most urgent first, so that the first to name a sink has the last word on it. */
  private final List<Rule> rules;

  /** What every message gets, when the rules look at none. */
  private final List<Destination> fixed;

  private final boolean looksAtMessages;
  private final int timesToLive;

  public Router(HubDesired desired) {
    var names = new HashSet<Route.Sink>();
    // After their priority in order of their names, so that the same routes always answer alike.
    rules =
        desired.routes().entrySet().stream()
            .sorted(
                Comparator.comparingInt((Map.Entry<String, RouteRule> e) -> e.getValue().priority())
                    .thenComparing(Map.Entry::getKey))
            .map(e -> rule(e.getValue(), desired.timeToLive()))
            // What follows a route that takes everything adds nothing to its sink.
            .filter(rule ->
                !names.contains(rule.route().sink())
                    && (!rule.always() || names.add(rule.route().sink())))
            .toList();
    fixed = rules.stream().filter(Rule::always).map(Rule::destination).toList();
    looksAtMessages = fixed.size() < rules.size();
    timesToLive =
        (int) rules.stream().mapToLong(r -> r.destination().timeToLiveMillis()).distinct().count();
  }

  private static Rule rule(RouteRule rule, Duration timeToLive) {
    var route = rule.route();
    return new Rule(
        route,
        new Destination(
            route.sink(), rule.priority(), rule.timeToLive().orElse(timeToLive).toMillis()),
        route.source() instanceof Source.Everyone && route.condition().isAlways());
  }

  /** How many different times to live the routes have. */
  public int timesToLive() {
    return timesToLive;
  }

  /** Where a message goes; empty when no route takes it. */
  public List<Destination> destinations(RoutedMessage message) {
    if (!looksAtMessages) {
      return fixed;
    }
    var found = new ArrayList<Destination>(rules.size());
    for (var rule : rules) {
      if (!leadsTo(found, rule.destination().sink())
          && (rule.always() || rule.route().takes(message))) {
        found.add(rule.destination());
      }
    }
    return List.copyOf(found);
  }

  /** A message has few sinks, and looking along a list costs less than a set would. */
  private static boolean leadsTo(List<Destination> found, Route.Sink sink) {
    for (int i = 0; i < found.size(); i++) {
      if (found.get(i).sink().equals(sink)) {
        return true;
      }
    }
    return false;
  }
}
