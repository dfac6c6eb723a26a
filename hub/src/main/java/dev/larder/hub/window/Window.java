package dev.larder.hub.window;

import dev.larder.hub.message.Batch;
import dev.larder.hub.message.Stored;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntSupplier;

/**
 * One consumer's way through a queue. Messages are sent in order, at most {@code limit} of them
 * unacknowledged; the position moves over the acknowledged ones at the front. A lost connection
 * forgets what was in flight, and the next one begins again at the position.
 */
public final class Window {
  /**
   * A wish to read.
   *
   * @param from the first sequence wanted
   * @param count how many at most
   * @param generation says whether the answer still counts when it comes
   */
  public record Read(long from, int count, long generation) {}

  /** A message to send under a packet id. */
  public record Sending(int packetId, Stored stored) {}

  private static final class Flight {
    private final int packetId;
    private final long sequence;
    private boolean acknowledged;

    Flight(int packetId, long sequence) {
      this.packetId = packetId;
      this.sequence = sequence;
    }
  }

  private final int limit;
  private final Deque<Flight> flights = new ArrayDeque<>();
  private long position;
  private long cursor;
  private long generation;
  private boolean open;
  private boolean reading;
  private boolean woken;

  public Window(int limit) {
    this.limit = limit;
  }

  /** A connection is there. */
  public void open() {
    open = true;
  }

  /** The connection is lost. */
  public void lost() {
    open = false;
    flights.clear();
    cursor = position;
    reading = false;
    woken = false;
    generation++;
  }

  /** The queue may hold more. */
  public Optional<Read> wake() {
    woken = true;
    return read();
  }

  /**
   * Reads when something may be there, nothing is being read and at least half the window is free.
   */
  private Optional<Read> read() {
    int room = limit - flights.size();
    if (!open || !woken || reading || room * 2 < limit) {
      return Optional.empty();
    }
    reading = true;
    woken = false;
    return Optional.of(new Read(cursor, room, generation));
  }

  /**
   * The answer to a read.
   *
   * @param packetIds gives a free packet id at each call
   * @return what to send, in this order; empty when the connection it was read for is gone
   */
  public List<Sending> loaded(Read read, Batch batch, IntSupplier packetIds) {
    if (read.generation() != generation) {
      return List.of();
    }
    reading = false;
    if (batch.next() > cursor) {
      // What was there may not have been all.
      woken = true;
      cursor = batch.next();
    }
    var sendings = new ArrayList<Sending>();
    for (var stored : batch.messages()) {
      int packetId = packetIds.getAsInt();
      flights.add(new Flight(packetId, stored.sequence()));
      sendings.add(new Sending(packetId, stored));
    }
    return sendings;
  }

  /** Whether a packet id is of a message in flight here. */
  public boolean owns(int packetId) {
    return flights.stream().anyMatch(f -> f.packetId == packetId && !f.acknowledged);
  }

  public void acknowledged(int packetId) {
    for (var flight : flights) {
      if (flight.packetId == packetId) {
        flight.acknowledged = true;
        break;
      }
    }
    while (!flights.isEmpty() && flights.getFirst().acknowledged) {
      flights.removeFirst();
    }
  }

  /** The new position, when it moved since the last call: all below it is consumed. */
  public OptionalLong advance() {
    long reached = flights.isEmpty() ? cursor : flights.getFirst().sequence;
    if (reached <= position) {
      return OptionalLong.empty();
    }
    position = reached;
    return OptionalLong.of(position);
  }

  /** What to read next, now that there is room or an answer came. */
  public Optional<Read> more() {
    return read();
  }

  /** How many are in flight. */
  public int inFlight() {
    return flights.size();
  }
}
