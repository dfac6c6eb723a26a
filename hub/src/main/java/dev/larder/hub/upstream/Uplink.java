package dev.larder.hub.upstream;

import dev.larder.hub.message.Batch;
import dev.larder.hub.message.Stored;
import dev.larder.hub.window.PacketIds;
import dev.larder.hub.window.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The node's one connection to the cloud, as decisions: an input in, outputs out, which the shell
 * carries out in their order.
 */
public final class Uplink {
  /** What happened. */
  public sealed interface Input {
    record Connected(Instant now) implements Input {}

    record Lost() implements Input {}

    /** The queue may hold more. */
    record Wake() implements Input {}

    record Loaded(Window.Read read, Batch batch, Instant now) implements Input {}

    /** The cloud's PUBACK. */
    record Acknowledged(int packetId, Instant now) implements Input {}

    /** A twin's reported document has a new version, which is on disk. */
    record ReportChanged(String twin, long version, Instant now) implements Input {}

    /** Time passes. */
    record Tick(Instant now) implements Input {}
  }

  /** What to do. */
  public sealed interface Output {
    record Read(Window.Read read) implements Output {}

    record SendTelemetry(int packetId, Stored stored) implements Output {}

    /** Send the twin's reported document, as it is then. */
    record SendReport(int packetId, String twin) implements Output {}

    /** All messages below the position are the cloud's. */
    record Consume(long position) implements Output {}

    /** The connection is up and yet nothing moves: make a new one. */
    record Reconnect() implements Output {}
  }

  /** How long the cloud may take to acknowledge anything at all. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Window window;
  private final Reports reports = new Reports();
  private PacketIds packetIds = new PacketIds();
  private boolean connected;
  private Instant progress = Instant.MIN;

  /**
   * @param limit how many messages may be unacknowledged
   */
  public Uplink(int limit) {
    window = new Window(limit);
  }

  public List<Output> on(Input input) {
    return switch (input) {
      case Input.Connected(var now) -> connected(now);
      case Input.Lost() -> lost();
      case Input.Wake() -> reads(window.wake());
      case Input.Loaded(var read, var batch, var now) -> loaded(read, batch, now);
      case Input.Acknowledged(int packetId, var now) -> acknowledged(packetId, now);
      case Input.ReportChanged(var twin, long version, var now) -> {
        reports.changed(twin, version);
        yield connected ? reports(now) : List.of();
      }
      case Input.Tick(var now) -> tick(now);
    };
  }

  /** Messages and reports that the cloud has not acknowledged yet. */
  public int inFlight() {
    return window.inFlight() + reports.inFlight();
  }

  private List<Output> connected(Instant now) {
    connected = true;
    progress = now;
    window.open();
    var outputs = new ArrayList<>(reports(now));
    outputs.addAll(reads(window.wake()));
    return outputs;
  }

  private List<Output> lost() {
    connected = false;
    window.lost();
    reports.lost();
    packetIds = new PacketIds();
    return List.of();
  }

  private List<Output> loaded(Window.Read read, Batch batch, Instant now) {
    if (inFlight() == 0) {
      progress = now;
    }
    var outputs = new ArrayList<Output>();
    window
        .loaded(read, batch, packetIds::take)
        .forEach(s -> outputs.add(new Output.SendTelemetry(s.packetId(), s.stored())));
    advance(outputs);
    return outputs;
  }

  private List<Output> acknowledged(int packetId, Instant now) {
    if (!packetIds.free(packetId)) {
      return List.of();
    }
    progress = now;
    if (reports.acknowledged(packetId)) {
      return reports(now);
    }
    window.acknowledged(packetId);
    var outputs = new ArrayList<Output>();
    advance(outputs);
    return outputs;
  }

  private void advance(List<Output> outputs) {
    window.advance().ifPresent(position -> outputs.add(new Output.Consume(position)));
    window.more().ifPresent(read -> outputs.add(new Output.Read(read)));
  }

  private List<Output> reports(Instant now) {
    if (inFlight() == 0) {
      progress = now;
    }
    return reports.due(packetIds::take).stream()
        .<Output>map(s -> new Output.SendReport(s.packetId(), s.twin()))
        .toList();
  }

  private List<Output> tick(Instant now) {
    boolean stuck = connected && inFlight() > 0 && progress.plus(PATIENCE).isBefore(now);
    return stuck ? List.of(new Output.Reconnect()) : List.of();
  }

  private static List<Output> reads(Optional<Window.Read> read) {
    return read.<List<Output>>map(r -> List.of(new Output.Read(r))).orElse(List.of());
  }
}
