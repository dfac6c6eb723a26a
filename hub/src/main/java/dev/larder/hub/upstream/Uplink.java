package dev.larder.hub.upstream;

import dev.larder.hub.log.MessageQueue;
import dev.larder.hub.measure.Sample;
import dev.larder.hub.message.Kept;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The node's one connection to the cloud, as decisions: an input in, outputs out, which the shell
 * carries out in their order. Messages of one priority go in their order, many of them before the
 * first is acknowledged; higher priorities come more often, lower ones never starve. Time is given
 * in ms since 1970.
 */
public final class Uplink {
  /** What to do. */
  public sealed interface Output {
    /** Read the messages of a queue from a sequence on, then call {@link Uplink#loaded}. */
    record Load(MessageQueue queue, long first) implements Output {}

    record SendTelemetry(int packetId, int priority, long sequence, Kept message)
        implements Output {}

    /** Send the twin's reported document, as it is then. */
    record SendReport(int packetId, String twin) implements Output {}

    /** The connection is up and yet nothing moves: make a new one. */
    record Reconnect() implements Output {}
  }

  /** How long the cloud may take to acknowledge anything at all. */
  static final long PATIENCE_MILLIS = 60_000;

  /** What the envelope, topic and headers add to a message, bytes. */
  private static final int ENVELOPE_BYTES = 512;

  private static final class Stream {
    private final MessageQueue queue;
    private long cursor;
    private long turn;
    private boolean loading;

    Stream(MessageQueue queue) {
      this.queue = queue;
    }
  }

  private record Flight(Stream stream, long sequence) {}

  private final int window;
  private final List<Stream> streams = new ArrayList<>();
  private final Map<Integer, Flight> flights = new HashMap<>();
  private final Reports reports = new Reports();
  private final ByteBudget budget = new ByteBudget();
  private final Sample sample = new Sample();
  private PacketIds packetIds = new PacketIds();
  private long clock;
  private boolean connected;
  private long progressMillis;
  private long acknowledged;
  private long bytesSent;
  private long sentAgain;
  private long budgetWaits;
  private boolean waitsForBudget;

  /**
   * An uplink.
   *
   * @param queues of {@code $upstream}, one a priority
   * @param window how many messages may be unacknowledged
   */
  public Uplink(List<MessageQueue> queues, int window) {
    queues.forEach(queue -> streams.add(new Stream(queue)));
    this.window = window;
  }

  /** How many bytes may go in an hour; 0 for any number. */
  public void budget(long bytesPerHour, long nowMillis) {
    budget.set(bytesPerHour, nowMillis);
  }

  /** Messages and reports that the cloud has not acknowledged yet. */
  public int inFlight() {
    return flights.size() + reports.inFlight();
  }

  /** Messages that the cloud has acknowledged since the start. */
  public long acknowledged() {
    return acknowledged;
  }

  /** Bytes of messages sent since the start, those sent again included. */
  public long bytesSent() {
    return bytesSent;
  }

  /** Messages that went again since the start, their connection having been lost. */
  public long sentAgain() {
    return sentAgain;
  }

  /** How often since the start messages had to wait for the byte budget. */
  public long budgetWaits() {
    return budgetWaits;
  }

  /** How long the cloud takes to acknowledge, and that since the hub took the message. */
  public Sample sample() {
    return sample;
  }

  public List<Output> connected(long committed, long nowMillis) {
    connected = true;
    progressMillis = nowMillis;
    var outputs = new ArrayList<>(reports(nowMillis));
    outputs.addAll(send(committed, nowMillis));
    return outputs;
  }

  /** The connection is lost: what is not acknowledged goes again, from the first. */
  public void lost() {
    connected = false;
    sentAgain += flights.size();
    sample.forget();
    flights.clear();
    reports.lost();
    packetIds = new PacketIds();
    streams.forEach(stream -> stream.cursor = 0);
  }

  /** A queue may hold more, or its messages are in memory now. */
  public List<Output> wake(long committed, long nowMillis) {
    return connected ? send(committed, nowMillis) : List.of();
  }

  /** What {@link Output.Load} asked for is in memory. */
  public List<Output> loaded(MessageQueue queue, long committed, long nowMillis) {
    streams.stream().filter(s -> s.queue == queue).forEach(s -> s.loading = false);
    return wake(committed, nowMillis);
  }

  private List<Output> send(long committed, long nowMillis) {
    var outputs = new ArrayList<Output>();
    while (flights.size() < window) {
      var stream = next(committed);
      if (stream == null || !isInBudget(nowMillis)) {
        break;
      }
      long sequence = stream.queue.nextAfter(stream.cursor);
      var message = stream.queue.message(sequence);
      if (message == null) {
        stream.loading = true;
        outputs.add(new Output.Load(stream.queue, sequence));
      } else if (message.isExpired(nowMillis)) {
        stream.queue.expire(sequence);
      } else {
        outputs.add(start(stream, sequence, message, nowMillis));
      }
    }
    return outputs;
  }

  private boolean isInBudget(long nowMillis) {
    boolean open = budget.isOpen(nowMillis);
    if (!open && !waitsForBudget) {
      budgetWaits++;
    }
    waitsForBudget = !open;
    return open;
  }

  private @Nullable Stream next(long committed) {
    Stream best = null;
    for (var stream : streams) {
      if (stream.loading) {
        continue;
      }
      long sequence = stream.queue.nextAfter(stream.cursor);
      // Only what is on disk goes, for its number names it for ever.
      boolean waits = sequence >= 0 && sequence <= committed;
      if (waits && (best == null || Math.max(stream.turn, clock) < Math.max(best.turn, clock))) {
        best = stream;
      }
    }
    return best;
  }

  private Output start(Stream stream, long sequence, Kept message, long nowMillis) {
    if (inFlight() == 0) {
      progressMillis = nowMillis;
    }
    long stood = Math.max(stream.turn, clock);
    stream.turn = stood + (1L << stream.queue.priority());
    clock = stood;
    stream.cursor = sequence;
    // Base64 makes four bytes of three.
    int bytes = ENVELOPE_BYTES + message.topic().length() + message.payload().size() * 4 / 3;
    budget.spend(bytes);
    bytesSent += bytes;
    int packetId = packetIds.take();
    var flight = new Flight(stream, sequence);
    flights.put(packetId, flight);
    sample.begin(flight, message.atMillis(), nowMillis);
    return new Output.SendTelemetry(packetId, stream.queue.priority(), sequence, message);
  }

  /** The cloud's PUBACK. */
  public List<Output> acknowledged(int packetId, long committed, long nowMillis) {
    if (!packetIds.free(packetId)) {
      return List.of();
    }
    progressMillis = nowMillis;
    if (reports.acknowledged(packetId)) {
      return reports(nowMillis);
    }
    var flight = flights.remove(packetId);
    if (flight != null) {
      acknowledged++;
      sample.end(flight, nowMillis);
      flight.stream.queue.remove(flight.sequence);
    }
    return wake(committed, nowMillis);
  }

  /** A twin's reported document has a new version, which is on disk. */
  public List<Output> reportChanged(String twin, long version, long nowMillis) {
    reports.changed(twin, version);
    return connected ? reports(nowMillis) : List.of();
  }

  private List<Output> reports(long nowMillis) {
    if (inFlight() == 0) {
      progressMillis = nowMillis;
    }
    return reports.due(packetIds::take).stream()
        .<Output>map(s -> new Output.SendReport(s.packetId(), s.twin()))
        .toList();
  }

  /**
   * Time passes. A connection on which something is awaited and nothing has moved is given up,
   * however open its socket looks.
   */
  public List<Output> tick(long committed, long nowMillis) {
    if (connected && inFlight() > 0 && nowMillis - progressMillis > PATIENCE_MILLIS) {
      return List.of(new Output.Reconnect());
    }
    return wake(committed, nowMillis);
  }
}
