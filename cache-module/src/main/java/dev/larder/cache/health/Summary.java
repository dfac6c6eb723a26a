package dev.larder.cache.health;

import dev.larder.common.settings.CacheReported.DriveReport;
import dev.larder.common.traffic.TrafficMessage.Counts;
import java.util.List;
import java.util.Map;

/**
 * What {@code /summary} shows. Bytes are those of bodies since the module started.
 *
 * @param hitRatioBytes hit bytes of all bytes sent, 0 to 1
 */
public record Summary(
    String cacheNodeId,
    String version,
    long uptimeSeconds,
    long requests,
    long hits,
    long hitBytes,
    long missBytes,
    long egressBytes,
    long originBytes,
    double hitRatioBytes,
    int objects,
    List<DriveReport> drives,
    Map<String, Counts> byContentType) {

  static Summary of(
      String cacheNodeId,
      String version,
      long uptimeSeconds,
      Map<String, Counts> byContentType,
      int objects,
      List<DriveReport> drives) {
    var all = byContentType.values().stream().reduce(Counts.NONE, Counts::plus);
    long egress = all.hitBytes() + all.missBytes();
    return new Summary(
        cacheNodeId,
        version,
        uptimeSeconds,
        all.requests(),
        all.hits(),
        all.hitBytes(),
        all.missBytes(),
        egress,
        all.originBytes(),
        egress == 0 ? 0 : (double) all.hitBytes() / egress,
        objects,
        drives,
        byContentType);
  }
}
