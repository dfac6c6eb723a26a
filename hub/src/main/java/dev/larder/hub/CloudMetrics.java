package dev.larder.hub;

import dev.larder.hub.health.Reading;
import dev.larder.hub.link.CloudLink;
import java.util.Map;

/** Reads what is counted of the connection to the cloud. */
final class CloudMetrics {
  private static final double MILLIS = 1e3;

  private CloudMetrics() {}

  static void read(Reading reading, CloudLink link) {
    var uplink = link.uplink();
    reading
        .summary(
            "edgehub_offline_duration_seconds",
            "Time without the cloud since the start",
            link.offlinePeriods(),
            link.offlineMillis() / MILLIS)
        .counter(
            "edgehub_offline_count_total",
            "How often there was no connection to the cloud, at the start too",
            link.offlinePeriods())
        .counter(
            "edgehub_operation_retry_total",
            "What was tried again: connecting to the cloud, sending it a message",
            "operation",
            Map.of("connect", link.retries(), "send", uplink.sentAgain()))
        .gauge("larder_hub_upstream_connected", "1 while the cloud is", link.isConnected() ? 1 : 0)
        .counter(
            "larder_hub_upstream_bytes_total",
            "Bytes of messages sent to the cloud, those sent again too",
            uplink.bytesSent())
        .counter(
            "larder_hub_upstream_acknowledged_total",
            "Messages that the cloud has",
            uplink.acknowledged())
        .gauge("larder_hub_upstream_in_flight", "Messages not acknowledged yet", uplink.inFlight())
        .counter(
            "larder_hub_upstream_reconnects_total",
            "Connections given up because nothing moved on them",
            link.reconnects())
        .counter(
            "larder_hub_upstream_budget_waits_total",
            "How often messages had to wait for the byte budget",
            uplink.budgetWaits());
  }
}
