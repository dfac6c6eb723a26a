package dev.larder.hub;

import dev.larder.common.identity.ModuleIdentity;
import dev.larder.hub.disk.Disk;
import dev.larder.hub.health.Reading;
import dev.larder.hub.identity.Why;
import dev.larder.hub.iothub.IotHubDesk;
import dev.larder.hub.iothub.Telemetry;
import dev.larder.hub.link.CloudLink;
import dev.larder.hub.measure.Histogram;
import dev.larder.hub.measure.Sample;
import dev.larder.hub.server.Logins;
import dev.larder.hub.server.Turn;
import dev.larder.hub.session.Broker;
import dev.larder.hub.wire.Reason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Reads the hub's counters on its event loop: under the names that IoT Edge's hub has for them, and
 * under our own. Its numbers are sums over all clients, for a label a client would have no bound.
 */
final class HubMetrics {
  private static final double MILLIS = 1e3;
  private static final double MICROS = 1e6;

  private final Disk disk;
  private final Broker broker;
  private final Telemetry telemetry;
  private final IotHubDesk desk;
  private final Logins logins;
  private final Turn turn;
  private final Optional<CloudLink> cloud;

  HubMetrics(
      Disk disk,
      Broker broker,
      Telemetry telemetry,
      IotHubDesk desk,
      Logins logins,
      Turn turn,
      Optional<CloudLink> cloud) {
    this.disk = disk;
    this.broker = broker;
    this.telemetry = telemetry;
    this.desk = desk;
    this.logins = logins;
    this.turn = turn;
    this.cloud = cloud;
  }

  /** What IoT Edge's metrics are tagged with; the last tag tells runs of the hub apart. */
  static Map<String, String> tags(ModuleIdentity identity, UUID run) {
    return Map.of(
        "iothub",
        identity.cloud().map(ModuleIdentity.Endpoint::host).orElse(""),
        "edge_device",
        identity.cacheNodeId().toString(),
        "instance_number",
        run.toString());
  }

  Reading read() {
    var reading = new Reading();
    var rows = QueueRow.of(disk.log().queues());
    messages(reading, rows);
    durations(reading);
    requests(reading);
    clients(reading);
    queues(reading, rows);
    losses(reading);
    log(reading);
    cloud.ifPresent(link -> CloudMetrics.read(reading, link));
    return reading;
  }

  private void messages(Reading reading, List<QueueRow> rows) {
    var counters = broker.counters();
    var routed = rows.stream().filter(QueueRow::isRouted).toList();
    reading
        .counter(
            "edgehub_messages_received_total",
            "Telemetry taken from modules and devices",
            counters.telemetryBytes.count())
        .histogram(
            "edgehub_message_size_bytes", "Payloads of telemetry", 1, counters.telemetryBytes)
        .rows(
            "edgehub_messages_sent_total",
            "Messages that their sink has acknowledged",
            routed,
            row -> Map.of("to", row.endpoint(), "priority", String.valueOf(row.priority())),
            QueueRow::consumed)
        .counter(
            "edgehub_messages_dropped_total",
            "Telemetry that no route took, or that its sink did not get in time",
            "reason",
            Map.of(
                "no_route",
                telemetry.withoutRoute(),
                "ttl_expiry",
                routed.stream().mapToLong(QueueRow::expired).sum()))
        .counter(
            "edgehub_messages_unack_total",
            "Messages refused for want of room",
            counters.refusals().getOrDefault(Reason.QUOTA_EXCEEDED, 0L))
        .counter("larder_hub_messages_received_total", "PUBLISH packets", counters.received)
        .counter("larder_hub_messages_sent_total", "PUBLISH packets to clients", counters.sent);
  }

  private void durations(Reading reading) {
    var samples = new LinkedHashMap<String, Sample>();
    samples.put("clients", broker.counters().deliveries);
    cloud.ifPresent(link -> samples.put("$upstream", link.uplink().sample()));
    var send = new LinkedHashMap<String, Histogram>();
    var process = new LinkedHashMap<String, Histogram>();
    samples.forEach((to, sample) -> {
      send.put(to, sample.taken());
      process.put(to, sample.since());
    });
    reading
        .histogram(
            "edgehub_message_send_duration_seconds",
            "From sending a message to its acknowledgement; of a sample",
            MILLIS,
            "to",
            send)
        .histogram(
            "edgehub_message_process_duration_seconds",
            "From taking a message to its receiver's acknowledgement; of a sample",
            MILLIS,
            "to",
            process);
  }

  private void requests(Reading reading) {
    var counters = broker.counters();
    reading
        .counter("edgehub_gettwin_total", "Twins asked for", counters.twinGets)
        .counter(
            "edgehub_reported_properties_total",
            "Patches of reported properties",
            counters.reportedPatches)
        .counter("edgehub_direct_methods_total", "Direct methods called", counters.directMethods)
        .histogram(
            "edgehub_direct_method_duration_seconds",
            "From calling a direct method to its answer",
            MILLIS,
            desk.methodMillis());
  }

  private void clients(Reading reading) {
    var counters = broker.counters();
    var whys = new TreeMap<String, Long>();
    for (var why : Why.values()) {
      whys.put(label(why), logins.refusals().getOrDefault(why, 0L));
    }
    var failed = new TreeMap<>(whys);
    failed.put("no_connect_packet", counters.connectsMalformed);
    failed.put("access_list", counters.connectsDenied);
    failed.put("too_many_clients", counters.connectsBusy);
    failed.put("throttled", counters.connectsThrottled);
    reading
        .gauge("edgehub_connected_clients", "Clients that are connected", broker.connected())
        .counter("edgehub_client_connect_success_total", "Clients let in", counters.connects)
        .counter("edgehub_client_connect_failed_total", "Clients not let in", "reason", failed)
        .counter("edgehub_client_disconnect_total", "Connections that ended", counters.disconnects)
        .counter("larder_hub_logins_refused_total", "Logins with wrong credentials", "why", whys)
        .counter(
            "larder_hub_logins_throttled_total",
            "Logins refused or answered at once, as too many of their address waited",
            logins.overThrottle())
        .counter(
            "larder_hub_takeovers_total",
            "Connections ended by a second one of the same client",
            counters.takeovers)
        .gauge("larder_hub_sessions", "Sessions, connected or not", broker.sessions().size())
        .gauge("larder_hub_retained_messages", "Topics with one", broker.retainedMessages())
        .gauge(
            "larder_hub_unwritten_bytes",
            "Bytes that wait in memory for clients to read",
            turn.unwrittenBytes());
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static void queues(Reading reading, List<QueueRow> rows) {
    reading
        .rows("edgehub_queue_length", "Messages that wait", rows, QueueRow::labels, QueueRow::size)
        .rows(
            "larder_hub_queue_bytes",
            "What they take on disk",
            rows,
            QueueRow::labels,
            QueueRow::bytes);
    var routed = rows.stream().filter(QueueRow::isRouted).toList();
    reading
        .rows(
            "larder_hub_queue_expired_total",
            "Messages that grew too old; kept over restarts",
            routed,
            QueueRow::labels,
            QueueRow::expired)
        .rows(
            "larder_hub_queue_over_quota_total",
            "Messages that gave way to newer ones; kept over restarts",
            routed,
            QueueRow::labels,
            QueueRow::overQuota);
  }

  private void losses(Reading reading) {
    var counters = broker.counters();
    var refused = new TreeMap<String, Long>();
    for (var reason : List.of(Reason.NOT_AUTHORIZED, Reason.QUOTA_EXCEEDED)) {
      refused.put(label(reason), 0L);
    }
    counters.refusals().forEach((reason, count) -> refused.put(label(reason), count));
    reading
        .counter("larder_hub_refused_total", "Messages of clients refused", "reason", refused)
        .counter(
            "larder_hub_dropped_total",
            "Messages that some receiver will not get",
            "reason",
            Map.of(
                "no_route",
                telemetry.withoutRoute(),
                "no_room",
                telemetry.withoutRoom(),
                "no_subscriber",
                counters.withoutTaker,
                "expired",
                disk.log().expired(),
                "over_quota",
                disk.log().overQuota(),
                "slow_receiver",
                counters.droppedSlow,
                "too_large",
                counters.droppedLarge));
  }

  private void log(Reading reading) {
    var log = disk.log();
    var commits = disk.commits();
    reading
        .gauge("larder_hub_log_bytes", "Bytes of the log on disk", log.bytes())
        .gauge("larder_hub_log_live_bytes", "Bytes of it that are needed", log.liveBytes())
        .gauge("larder_hub_log_limit_bytes", "Bytes that it may take", log.maxBytes())
        .gauge("larder_hub_log_segments", "Its files", log.segmentCount())
        .gauge("larder_hub_disk_full", "1 while the disk takes no segment", disk.isFull() ? 1 : 0)
        .counter("larder_hub_log_written_bytes_total", "Bytes written", commits.bytes())
        .histogram(
            "larder_hub_commit_seconds",
            "From handing a batch to the disk to its being there",
            MICROS,
            commits.micros())
        .histogram(
            "larder_hub_commit_frames", "Frames of a batch; a message is one", 1, commits.frames());
  }
}
