package dev.larder.hub.route;

import dev.larder.common.manifest.HubDesired;
import dev.larder.common.manifest.Route;
import dev.larder.hub.message.Message;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeMap;

/** The routes in force. A message goes once to each sink that any of its routes names. */
public final class Router {
  private final List<Route> routes;

  public Router(HubDesired desired) {
    // In order of their names, so that the same routes always answer alike.
    routes = List.copyOf(new TreeMap<>(desired.routes()).values());
  }

  public List<Route.Sink> sinks(Message message) {
    var sinks = new LinkedHashSet<Route.Sink>();
    for (var route : routes) {
      if (route.takes(message.sender(), message.output())) {
        sinks.add(route.sink());
      }
    }
    return List.copyOf(sinks);
  }
}
