package dev.larder.cache.health;

import dev.larder.cache.origin.OriginStates;
import dev.larder.cache.tls.TlsStatus;
import dev.larder.cache.traffic.Rates;
import dev.larder.common.settings.CacheReported.DriveReport;
import dev.larder.common.settings.CacheReported.UpdateReport;
import dev.larder.common.traffic.TrafficMessage.Counts;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code /summary} shows. Bytes are those of bodies since the module started.
 *
 * @param status {@code healthy}, or why it does not serve
 * @param eggressBytes the same as {@code egressBytes}, by the name that Connected Cache gives it
 * @param hitRatioBytes hit bytes of all bytes sent, 0 to 1
 * @param hitRatioRequests hits of all requests, 0 to 1
 * @param lastMinute what went each second, on the mean
 * @param connections of clients, open now
 * @param fetches from origins, under way now
 */
public record Summary(
    String cacheNodeId,
    String version,
    String status,
    List<String> details,
    boolean hubConnected,
    long uptimeSeconds,
    long requests,
    long hits,
    long hitBytes,
    long missBytes,
    long egressBytes,
    long eggressBytes,
    long originBytes,
    double hitRatioBytes,
    double hitRatioRequests,
    Rates.PerSecond lastMinute,
    int connections,
    int fetches,
    int objects,
    List<Drive> drives,
    Map<String, Counts> byContentType,
    List<OriginStates.State> origins,
    Optional<UpdateReport> updates,
    TlsStatus tls) {

  /**
   * A drive.
   *
   * @param state {@code in use} or {@code not in use}
   * @param problem why nothing new is kept there; empty when it is
   */
  public record Drive(
      String hostPath, long sizeBytes, long usedBytes, String state, String problem) {
    static Drive of(DriveReport report) {
      return new Drive(
          report.hostPath(),
          report.sizeBytes(),
          report.usedBytes(),
          report.problem().isEmpty() ? "in use" : "not in use",
          report.problem());
    }
  }

  /** The few numbers that Connected Cache's terse summary has, by its names. */
  public record Details(
      String cacheNodeId,
      String version,
      long hitBytes,
      long missBytes,
      long eggressBytes,
      double hitRatioBytes) {}

  static Summary of(Sources from, Rates.PerSecond lastMinute, long uptimeSeconds) {
    var byContentType = from.traffic().totals();
    var all = byContentType.values().stream().reduce(Counts.NONE, Counts::plus);
    long egress = all.hitBytes() + all.missBytes();
    var health = from.health().get();
    return new Summary(
        from.cacheNodeId(),
        from.version(),
        health.status(),
        health.details(),
        from.hub().getAsBoolean(),
        uptimeSeconds,
        all.requests(),
        all.hits(),
        all.hitBytes(),
        all.missBytes(),
        egress,
        egress,
        all.originBytes(),
        ratio(all.hitBytes(), egress),
        ratio(all.hits(), all.requests()),
        lastMinute,
        from.server().connections(),
        from.server().fetches(),
        from.store().objects(),
        from.store().report().stream().map(Drive::of).toList(),
        byContentType,
        from.origins().list(),
        from.updates().get(),
        from.tls().get());
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  Details terse() {
    return new Details(cacheNodeId, version, hitBytes, missBytes, eggressBytes, hitRatioBytes);
  }
}
