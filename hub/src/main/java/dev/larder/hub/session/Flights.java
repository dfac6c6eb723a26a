package dev.larder.hub.session;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages that were sent to a client and are not done with, by packet id (MQTT 5, 4.3 and 4.4). An
 * id is not given out again while it is in use.
 */
final class Flights {
  /** How far an exchange has come. */
  enum Phase {
    /** PUBLISH is to be sent when its id is on disk. */
    PROMISED,
    /** PUBLISH was sent: PUBACK or PUBREC is awaited. */
    SENT,
    /** PUBREL was sent: PUBCOMP is awaited. */
    RELEASED
  }

  /** One of them. */
  static final class Flight {
    final Feed feed;
    final long sequence;
    final int packetId;
    final int qos;
    final long order;
    Phase phase;

    /** Whether PUBLISH may have reached the client before, so that it is a duplicate now. */
    boolean wasSent;

    /** Whether PUBLISH is yet to be sent on this connection, so that no answer to it can come. */
    boolean waits = true;

    Flight(Feed feed, long sequence, int packetId, int qos, long order, Phase phase) {
      this.feed = feed;
      this.sequence = sequence;
      this.packetId = packetId;
      this.qos = qos;
      this.order = order;
      this.phase = phase;
    }
  }

  private static final int FIRST_ROOM = 8;
  private static final int MOST_ID = 65_535;

  /** At an id's place, which is the id modulo the room. */
  private @Nullable Flight[] slots = {};

  private int count;
  private int last;
  private long orders;

  int count() {
    return count;
  }

  /** Gives a message the next free id. */
  Flight take(Feed feed, long sequence, int qos, Phase phase) {
    if (2 * count >= slots.length) {
      grow();
    }
    int id = last;
    do {
      id = id == MOST_ID ? 1 : id + 1;
    } while (slots[id & (slots.length - 1)] != null);
    last = id;
    return put(new Flight(feed, sequence, id, qos, ++orders, phase));
  }

  /** Puts one back that was on disk. Another of its id is older, and so must be done with. */
  Flight restore(Feed feed, long sequence, int packetId, Phase phase) {
    var older = get(packetId);
    if (older != null) {
      remove(older);
    }
    while (slots.length == 0 || slots[packetId & (slots.length - 1)] != null) {
      grow();
    }
    last = Math.max(last, packetId);
    var flight = put(new Flight(feed, sequence, packetId, 2, ++orders, phase));
    flight.wasSent = true;
    return flight;
  }

  private Flight put(Flight flight) {
    slots[flight.packetId & (slots.length - 1)] = flight;
    count++;
    return flight;
  }

  private void grow() {
    var before = slots;
    slots = new @Nullable Flight[Math.max(FIRST_ROOM, 2 * before.length)];
    for (var flight : before) {
      if (flight != null) {
        slots[flight.packetId & (slots.length - 1)] = flight;
      }
    }
  }

  @Nullable Flight get(int packetId) {
    if (slots.length == 0) {
      return null;
    }
    var flight = slots[packetId & (slots.length - 1)];
    return flight != null && flight.packetId == packetId ? flight : null;
  }

  void remove(Flight flight) {
    slots[flight.packetId & (slots.length - 1)] = null;
    count--;
  }

  /** All of them, in the order in which they were sent. */
  List<Flight> inOrder() {
    var all = new ArrayList<Flight>(count);
    for (var flight : slots) {
      if (flight != null) {
        all.add(flight);
      }
    }
    all.sort(Comparator.comparingLong(flight -> flight.order));
    return all;
  }
}
