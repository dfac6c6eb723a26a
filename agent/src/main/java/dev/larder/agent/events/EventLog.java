package dev.larder.agent.events;

import dev.larder.common.report.NodeEvents;
import dev.larder.common.report.NodeEvents.Event;
import dev.larder.common.report.NodeReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The events that the cloud has not taken yet, and what was last seen. Both are one value, written
 * whole: a kill loses what was not written together with the memory of having seen it, so that it
 * is seen again; and nothing is sent that is not written, so that a sequence never names two.
 *
 * @param id of the log
 * @param last sequence given; 0 before the first
 * @param dropped how many were dropped undelivered, ever
 * @param pending the oldest first, at most {@link NodeEvents#MOST}
 */
record EventLog(String id, long last, long dropped, List<Event> pending, Marks marks) {
  EventLog {
    pending = List.copyOf(pending);
    if (pending.size() > NodeEvents.MOST
        || (!pending.isEmpty() && pending.getLast().sequence() > last)) {
      throw new IllegalArgumentException("Not an event log: " + pending.size() + ", " + last);
    }
  }

  /** An empty log, of which nothing was seen. */
  static EventLog begin(String id) {
    return new EventLog(id, 0, 0, List.of(), Marks.NONE);
  }

  /** The same with what a report tells that was not known, at the time of the report. */
  EventLog seen(NodeReport report) {
    var next = new ArrayList<>(pending);
    long sequence = last;
    for (var change : marks.changes(report)) {
      sequence++;
      next.add(
          new Event(
              sequence, report.sentAt(), change.kind(), change.module(), change.description()));
    }
    int over = Math.max(0, next.size() - NodeEvents.MOST);
    return new EventLog(
        id, sequence, dropped + over, next.subList(over, next.size()), marks.after(report));
  }

  /** What a report should carry; empty when the cloud has all. */
  Optional<NodeEvents> toSend() {
    return pending.isEmpty() ? Optional.empty() : Optional.of(new NodeEvents(id, dropped, pending));
  }

  /** The same without what the cloud has taken. */
  EventLog delivered(NodeEvents taken) {
    if (!taken.log().equals(id) || taken.list().isEmpty()) {
      return this;
    }
    long until = taken.list().getLast().sequence();
    return new EventLog(
        id, last, dropped, pending.stream().filter(e -> e.sequence() > until).toList(), marks);
  }
}
