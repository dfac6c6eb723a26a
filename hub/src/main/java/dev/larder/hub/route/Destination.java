package dev.larder.hub.route;

import dev.larder.common.route.Route;

/**
 * Where a message goes.
 *
 * @param priority from 0, the most urgent, to 9
 * @param timeToLiveMillis for which it is of use there; 0 for as long as there is room
 */
public record Destination(Route.Sink sink, int priority, long timeToLiveMillis) {}
