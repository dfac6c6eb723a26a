package dev.larder.hub.iothub;

import dev.larder.common.route.Route;
import dev.larder.hub.log.Log;
import dev.larder.hub.log.MessageQueue;
import java.util.ArrayList;
import java.util.List;

/** The queues in which routed messages wait: one for each sink and priority, made when needed. */
public final class Queues {
  /** Priorities are 0, the highest, to 9. */
  public static final int PRIORITIES = 10;

  /** Messages from the cloud to a device stand in the middle. */
  private static final int DEVICEBOUND_PRIORITY = 4;

  private static final String UPSTREAM = "upstream/";
  private static final String INPUT = "input/";
  private static final String DEVICEBOUND = "devicebound/";

  private final Log log;

  public Queues(Log log) {
    this.log = log;
  }

  /** {@code $upstream}'s queue of a priority. */
  public MessageQueue upstream(int priority) {
    return log.open(UPSTREAM + priority, priority, true);
  }

  MessageQueue of(Route.Sink sink, int priority) {
    return switch (sink) {
      case Route.Upstream() -> upstream(priority);
      case Route.Input(var module, var input) ->
          log.open(INPUT + module + "/" + priority + "/" + input, priority, true);
    };
  }

  MessageQueue devicebound(String device) {
    return log.open(DEVICEBOUND + device, DEVICEBOUND_PRIORITY, true);
  }

  /** A queue of one of a module's inputs. */
  record Input(String input, MessageQueue queue) {}

  /** The queues of all inputs of a module. */
  List<Input> inputs(String module) {
    var prefix = INPUT + module + "/";
    var found = new ArrayList<Input>();
    for (var queue : log.queues()) {
      if (queue.name().startsWith(prefix)) {
        var rest = queue.name().substring(prefix.length());
        found.add(new Input(rest.substring(rest.indexOf('/') + 1), queue));
      }
    }
    return found;
  }

  /** The sink whose messages wait in a queue, as routes name it; the queue's name for any other. */
  public static String sink(MessageQueue queue) {
    var name = queue.name();
    if (name.startsWith(UPSTREAM)) {
      return "$upstream";
    }
    if (name.startsWith(INPUT)) {
      var parts = name.substring(INPUT.length()).split("/", 3);
      return "/modules/" + parts[0] + "/inputs/" + parts[2];
    }
    return name;
  }
}
