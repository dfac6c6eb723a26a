package dev.larder.hub.session;

import dev.larder.hub.measure.Histogram;
import dev.larder.hub.measure.Sample;
import dev.larder.hub.wire.Reason;
import java.util.EnumMap;
import java.util.Map;

/** What the broker has done since the start; for metrics and the report. */
public final class Counters {
  /** Messages taken from clients. */
  public long received;

  /** Messages sent to clients. */
  public long sent;

  /** Messages that no route and no subscription took. */
  public long withoutTaker;

  /** Messages refused, or dropped before they were kept. */
  public long refused;

  /** QoS 0 messages dropped because their receiver did not read fast enough. */
  public long droppedSlow;

  /** Messages larger than their receiver takes. */
  public long droppedLarge;

  public long connects;
  public long disconnects;
  public long takeovers;

  /** Clients that were not let in, though they had shown who they are. */
  public long connectsDenied;

  /** Connections whose CONNECT could not be read, or was none. */
  public long connectsMalformed;

  /** Clients that were not let in because there are as many as there may be, or the hub ends. */
  public long connectsBusy;

  /** Clients that were not let in because too many of their address wait. */
  public long connectsThrottled;

  public long twinGets;
  public long reportedPatches;
  public long directMethods;

  /** Telemetry taken, as bytes of payload. */
  public final Histogram telemetryBytes =
      Histogram.of(64, 256, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10);

  /** How long clients take to acknowledge, and that since the hub took the message. */
  public final Sample deliveries = new Sample();

  private final Map<Reason, Long> refusals = new EnumMap<>(Reason.class);

  /** A message is refused. */
  void refuse(Reason reason) {
    refused++;
    refusals.merge(reason, 1L, Long::sum);
  }

  /** How many messages were refused, by reason. */
  public Map<Reason, Long> refusals() {
    return Map.copyOf(refusals);
  }
}
