package dev.larder.hub.iothub;

import dev.larder.common.route.Route;
import dev.larder.common.topic.IotHubTopics;
import dev.larder.hub.log.Log;
import dev.larder.hub.log.MessageQueue;
import dev.larder.hub.message.Kept;
import dev.larder.hub.message.Payload;
import dev.larder.hub.route.Destination;
import dev.larder.hub.route.Router;
import dev.larder.hub.session.Session;
import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Reason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes telemetry, keeps it for the sinks that the routes name, and wakes those. */
public final class Telemetry {
  private static final int OUTPUT_MAXIMUM = 200;
  private static final Payload NOTHING = Payload.of(new byte[0]);

  private final Log log;
  private final Queues queues;
  private final Runnable wakeUpstream;
  private Router router;
  private long withoutRoute;
  private long withoutRoom;
  private @Nullable IotHubDesk desk;

  /**
   * Telemetry by routes.
   *
   * @param wakeUpstream told that {@code $upstream} has got a message
   */
  public Telemetry(Log log, Queues queues, Router router, Runnable wakeUpstream) {
    this.log = log;
    this.queues = queues;
    this.router = router;
    this.wakeUpstream = wakeUpstream;
  }

  void join(IotHubDesk joined) {
    desk = joined;
  }

  /** From now on messages go by these routes. */
  public void route(Router changed) {
    router = changed;
  }

  /** A message is kept once for each time to live that its sinks have. */
  int copies() {
    return router.timesToLive();
  }

  /** Messages that no route took, since the start. */
  public long withoutRoute() {
    return withoutRoute;
  }

  /**
   * Messages at QoS 0 that could not be kept for want of room, since the start; inputs whose module
   * was connected got them all the same.
   */
  public long withoutRoom() {
    return withoutRoom;
  }

  Reason take(Session from, IotHubTopics.Event event, Packet.Publish packet, long nowMillis) {
    if (!isOutput(event.output())) {
      return Reason.TOPIC_NAME_INVALID;
    }
    var message = Events.of(event, packet.properties(), packet.payload());
    var destinations = router.destinations(message);
    if (destinations.isEmpty()) {
      withoutRoute++;
      return Reason.SUCCESS;
    }
    boolean kept = true;
    for (var group : byTimeToLive(destinations)) {
      kept &= keep(from, message, group, packet, nowMillis);
    }
    if (!kept && packet.qos() > 0) {
      return Reason.QUOTA_EXCEEDED;
    }
    withoutRoom += kept ? 0 : 1;
    return Reason.SUCCESS;
  }

  /** The cloud counts by output, and takes no other names. */
  private static boolean isOutput(String name) {
    return name.length() <= OUTPUT_MAXIMUM && name.chars().noneMatch(Character::isISOControl);
  }

  /** Nearly always one group: a message is kept once, with one time to live. */
  private static List<List<Destination>> byTimeToLive(List<Destination> destinations) {
    var groups = new ArrayList<List<Destination>>(1);
    for (var destination : destinations) {
      var fitting =
          groups.stream()
              .filter(g -> g.getFirst().timeToLiveMillis() == destination.timeToLiveMillis())
              .findFirst();
      fitting
          .orElseGet(() -> {
            var made = new ArrayList<Destination>(1);
            groups.add(made);
            return made;
          })
          .add(destination);
    }
    return groups;
  }

  private boolean keep(
      Session from, Events event, List<Destination> group, Packet.Publish packet, long nowMillis) {
    long life = group.getFirst().timeToLiveMillis();
    var message =
        new Kept(
            from.identity().name(),
            nowMillis,
            life == 0 ? Kept.NEVER : nowMillis + life,
            event.topic(),
            1,
            Kept.Retain.NO,
            NOTHING,
            packet.payload());
    var sinks =
        group.stream().map(d -> queues.of(d.sink(), d.priority())).toArray(MessageQueue[]::new);
    if (log.append(message, sinks, sinks.length, nowMillis) == Log.NO_ROOM) {
      if (packet.qos() == 0) {
        group.forEach(destination -> pass(destination.sink(), message, nowMillis));
      }
      return false;
    }
    for (int i = 0; i < sinks.length; i++) {
      wake(group.get(i).sink(), sinks[i], nowMillis);
    }
    return true;
  }

  private void wake(Route.Sink sink, MessageQueue queue, long nowMillis) {
    switch (sink) {
      case Route.Upstream() -> wakeUpstream.run();
      case Route.Input(var module, var input) ->
          desk().wake(module.value(), new Queues.Input(input, queue), nowMillis);
    }
  }

  private void pass(Route.Sink sink, Kept message, long nowMillis) {
    if (sink instanceof Route.Input(var module, var input)) {
      desk().pass(module.value(), input, message, nowMillis);
    }
  }

  private IotHubDesk desk() {
    if (desk == null) {
      throw new IllegalStateException("Not joined yet");
    }
    return desk;
  }

  boolean keep(MessageQueue queue, Kept message, long nowMillis) {
    return log.append(message, new MessageQueue[] {queue}, 1, nowMillis) != Log.NO_ROOM;
  }
}
