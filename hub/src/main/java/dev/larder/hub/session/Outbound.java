package dev.larder.hub.session;

import dev.larder.hub.message.Kept;
import dev.larder.hub.session.Flights.Flight;
import dev.larder.hub.session.Flights.Phase;
import dev.larder.hub.wire.Reason;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What goes to one client: feeds in their turns, the window of unacknowledged messages (MQTT 5,
 * 4.9), and what is sent again on the next connection (MQTT 5, 4.4).
 */
final class Outbound {
  private static final int PUBREL = 6;

  /** More than this is not in flight to one client, whatever it offers. */
  static final int WINDOW_MAXIMUM = 1_024;

  private final Session session;
  private final Parts parts;
  private final Turns turns = new Turns();
  private final Flights flights = new Flights();
  private final Deque<Flight> again = new ArrayDeque<>(0);
  private @Nullable Line line;

  Outbound(Session session, Parts parts) {
    this.session = session;
    this.parts = parts;
  }

  Turns turns() {
    return turns;
  }

  Flights flights() {
    return flights;
  }

  /** After a restart: takes up what was in flight and could not be forgotten. */
  void restore() {
    session
        .exchanges()
        .restoreSent((queue, sequence, packetId, phase) -> {
          for (var feed : turns.feeds()) {
            if (feed.queue.name().equals(queue)) {
              flights.restore(feed, sequence, packetId, phase);
              feed.skip(sequence);
              if (phase == Phase.RELEASED) {
                feed.queue.remove(sequence);
              }
            }
          }
        });
  }

  /** A connection is there: what is in flight is sent again, in its order. */
  void connected(Line opened) {
    line = opened;
    again.clear();
    for (var flight : flights.inOrder()) {
      if (flight.phase == Phase.RELEASED) {
        pubRel(flight);
      } else if (flight.phase == Phase.SENT) {
        flight.waits = true;
        again.add(flight);
      }
    }
  }

  /** The connection is gone: messages of shared subscriptions go to others. */
  void lost() {
    line = null;
    again.clear();
    for (var flight : flights.inOrder()) {
      boolean mayGo = flight.qos == 1 && flight.phase == Phase.SENT;
      if (mayGo && flight.feed.giveBack(flight.sequence)) {
        flights.remove(flight);
      }
    }
  }

  /** The session is over: no one awaits anything of it. */
  void end() {
    line = null;
    for (var flight : flights.inOrder()) {
      flights.remove(flight);
      if (flight.qos == 2 && flight.wasSent && flight.phase == Phase.SENT) {
        flight.feed.giveUp(flight.sequence);
      } else if (flight.phase != Phase.RELEASED) {
        flight.feed.giveBack(flight.sequence);
      }
    }
  }

  /** Whether a message can be handed over now. */
  boolean isReady() {
    return line != null && line.wire().isWritable();
  }

  private boolean hasRoom() {
    return isReady() && flights.count() < line().window();
  }

  private Line line() {
    if (line == null) {
      throw new IllegalStateException("No connection");
    }
    return line;
  }

  /** Sends what waits, as far as there is room. */
  void pump(long nowMillis) {
    sendAgain(nowMillis);
    while (again.isEmpty() && hasRoom()) {
      var feed = turns.next();
      if (feed == null || !start(feed, nowMillis)) {
        return;
      }
    }
  }

  private void sendAgain(long nowMillis) {
    while (!again.isEmpty() && isReady() && flights.count() - again.size() < line().window()) {
      var flight = again.getFirst();
      var message = flight.feed.message(flight.sequence);
      if (message == null && flight.feed.queue.holds(flight.sequence)) {
        load(flight.feed, flight.sequence);
        return;
      }
      again.removeFirst();
      if (message != null) {
        send(flight, message, nowMillis);
      } else if (flight.qos == 2 && flight.wasSent) {
        // Its time is over, but the client may hold its id until it is released.
        release(flight);
      } else {
        finish(flight);
      }
    }
  }

  /** Starts the next message of a feed; false when there is no room, or it must be read first. */
  boolean startOne(Feed feed, long nowMillis) {
    return hasRoom() && !feed.loading && again.isEmpty() && start(feed, nowMillis);
  }

  private boolean start(Feed feed, long nowMillis) {
    long sequence = feed.next();
    var message = feed.message(sequence);
    if (message == null) {
      load(feed, sequence);
      return turns.feeds().size() > 1;
    }
    if (message.isExpired(nowMillis)) {
      turns.taken(feed, sequence);
      feed.queue.expire(sequence);
      return true;
    }
    var grant = feed.grant(message);
    int qos = Math.min(message.qos(), grant.qos());
    if (qos == 2 && session.isLasting()) {
      return promise(feed, sequence);
    }
    turns.taken(feed, sequence);
    if (qos == 0) {
      line().publish(feed.topic(message), message, grant, 0, false, 0, nowMillis);
      feed.queue.remove(sequence);
    } else {
      send(flights.take(feed, sequence, qos, Phase.SENT), message, nowMillis);
    }
    return true;
  }

  private void load(Feed feed, long sequence) {
    feed.loading = true;
    parts
        .loader()
        .load(
            feed,
            sequence,
            () -> {
              feed.loading = false;
              session.resumePumping();
            });
  }

  /**
   * Its packet id is on disk before the client sees it, so that it is never sent under two; false
   * when there is no room, and it has to wait.
   */
  private boolean promise(Feed feed, long sequence) {
    var flight = flights.take(feed, sequence, 2, Phase.PROMISED);
    if (!session.exchanges().sent(feed.queue, sequence, flight.packetId, Phase.SENT)) {
      flights.remove(flight);
      return false;
    }
    turns.taken(feed, sequence);
    parts
        .commitments()
        .then(
            () -> {
              if (flight.phase == Phase.PROMISED) {
                flight.phase = Phase.SENT;
                again.addLast(flight);
                session.resumePumping();
              }
            },
            parts.log().mark());
    return true;
  }

  private void send(Flight flight, Kept message, long nowMillis) {
    var grant = flight.feed.grant(message);
    boolean fits =
        line()
            .publish(
                flight.feed.topic(message),
                message,
                grant,
                flight.qos,
                flight.wasSent,
                flight.packetId,
                nowMillis);
    flight.wasSent = true;
    flight.waits = false;
    if (!fits) {
      // As if it had been sent (MQTT 5, 3.1.2.11.4).
      finish(flight);
    } else if (flight.qos == 1) {
      parts.counters().deliveries.begin(flight, message.atMillis(), nowMillis);
    }
  }

  /** A QoS 0 message: sent now, or dropped and counted when the client does not read. */
  void sendNow(Kept message, byte[] topicUtf8, Grant grant, long nowMillis) {
    if (isReady()) {
      line().publish(topicUtf8, message, grant, 0, false, 0, nowMillis);
    } else if (line != null) {
      parts.counters().droppedSlow++;
    }
  }

  private void finish(Flight flight) {
    flights.remove(flight);
    flight.feed.queue.remove(flight.sequence);
    if (flight.qos == 2 && session.isLasting()) {
      session.exchanges().completed(flight.feed.queue, flight.sequence);
    }
  }

  void pubAck(int packetId, long nowMillis) {
    var flight = flights.get(packetId);
    if (flight != null && flight.qos == 1 && !flight.waits) {
      parts.counters().deliveries.end(flight, nowMillis);
      finish(flight);
      pump(nowMillis);
    }
  }

  void pubRec(int packetId, int code, long nowMillis) {
    var flight = flights.get(packetId);
    if (flight == null || flight.qos != 2 || flight.waits) {
      line().wire().acknowledge(PUBREL, packetId, Reason.PACKET_IDENTIFIER_NOT_FOUND.code());
    } else if (code >= Reason.UNSPECIFIED_ERROR.code()) {
      finish(flight);
      pump(nowMillis);
    } else {
      release(flight);
    }
  }

  private void release(Flight flight) {
    flight.waits = false;
    flight.phase = Phase.RELEASED;
    flight.feed.queue.remove(flight.sequence);
    if (session.isLasting()) {
      session.exchanges().sent(flight.feed.queue, flight.sequence, flight.packetId, flight.phase);
    }
    pubRel(flight);
  }

  /** Only when it is on disk that the client has the message, for it may forget it now. */
  private void pubRel(Flight flight) {
    parts
        .commitments()
        .acknowledge(session, PUBREL, flight.packetId, Reason.SUCCESS.code(), parts.log().mark());
  }

  void pubComp(int packetId, long nowMillis) {
    var flight = flights.get(packetId);
    if (flight != null && flight.phase == Phase.RELEASED) {
      finish(flight);
      pump(nowMillis);
    }
  }
}
