package dev.larder.common.report;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * What happened on a node, the oldest first and at most {@link #MOST}: what an agent has not
 * delivered yet, or what the cloud keeps of it.
 *
 * @param log names the agent's log: within it a sequence names one event for ever
 * @param dropped how many of this log the agent ever dropped undelivered
 */
public record NodeEvents(String log, long dropped, List<Event> list) {
  public static final int MOST = 200;

  private static final int LOG_CHARACTERS = 64;

  public NodeEvents {
    if (log.isEmpty() || log.length() > LOG_CHARACTERS) {
      throw new IllegalArgumentException("events.log has 1 to " + LOG_CHARACTERS + " characters");
    }
    list = List.copyOf(last(list.stream()));
  }

  /**
   * One event.
   *
   * @param sequence from 1, without gaps
   * @param at by the node's clock
   * @param kind started, restarted, stopped, failed, unhealthy, manifestAccepted, manifestRefused
   * @param module that it happened to; empty when it was the manifest
   * @param description for a person; cut to 500 characters
   */
  public record Event(long sequence, Instant at, String kind, String module, String description) {
    private static final int NAME_CHARACTERS = 128;
    private static final int DESCRIPTION_CHARACTERS = 500;

    public Event {
      if (kind.length() > NAME_CHARACTERS || module.length() > NAME_CHARACTERS) {
        throw new IllegalArgumentException(
            "an event's kind and module have at most " + NAME_CHARACTERS + " characters");
      }
      description =
          description.substring(0, Math.min(description.length(), DESCRIPTION_CHARACTERS));
    }
  }

  /**
   * The last of these and of what came since. Events that come again are passed over; another log
   * is of a node that was set up anew, and goes on behind this one.
   */
  public NodeEvents and(NodeEvents incoming) {
    long known = log.equals(incoming.log()) && !list.isEmpty() ? list.getLast().sequence() : 0;
    var fresh = incoming.list().stream().filter(event -> event.sequence() > known);
    return new NodeEvents(
        incoming.log(), incoming.dropped(), last(Stream.concat(list.stream(), fresh)));
  }

  private static List<Event> last(Stream<Event> events) {
    var all = events.toList();
    return all.subList(Math.max(0, all.size() - MOST), all.size());
  }
}
