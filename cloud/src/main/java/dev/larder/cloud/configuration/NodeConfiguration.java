package dev.larder.cloud.configuration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.schedule.UpdateSchedule;
import dev.larder.common.settings.CacheDesired.Limits;
import dev.larder.common.settings.CacheDesired.Origin;
import dev.larder.common.settings.CacheDesired.Parent;
import dev.larder.common.settings.CacheDesired.Proxy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What an administrator set of a node. {@link ConfigurationReader} reads it; one that exists is
 * valid.
 *
 * @param proxyEnabled whether {@code proxy}, which then is present, is used
 * @param proxy kept while it is not enabled
 * @param parent another cache that is asked in the origins' place
 * @param httpPort on which the node's host serves clients
 * @param summaryPort on the host's loopback
 * @param tls whether {@code httpsPort} is served too
 * @param httpsPort on which the node's host serves clients over TLS
 * @param trafficEvery how often the node sends its traffic
 */
public record NodeConfiguration(
    List<CacheDrive> cacheDrives,
    boolean proxyEnabled,
    Optional<Proxy> proxy,
    Optional<Parent> parent,
    int httpPort,
    int summaryPort,
    boolean tls,
    int httpsPort,
    Limits limits,
    List<Origin> origins,
    UpdateSchedule update,
    Duration trafficEvery) {
  private static final long BYTES_A_GB = 1_000_000_000;

  public static final NodeConfiguration DEFAULT =
      new NodeConfiguration(
          List.of(),
          false,
          Optional.empty(),
          Optional.empty(),
          80,
          5000,
          false,
          443,
          Limits.DEFAULT,
          List.of(),
          UpdateSchedule.DEFAULT,
          Duration.ofSeconds(5));

  public NodeConfiguration {
    cacheDrives = List.copyOf(cacheDrives);
    origins = List.copyOf(origins);
  }

  /**
   * A folder of the node's machine that holds cached content.
   *
   * @param sizeInGb in units of 10⁹ bytes
   */
  public record CacheDrive(String physicalPath, BigDecimal sizeInGb) {
    public long sizeBytes() {
      return sizeInGb.multiply(BigDecimal.valueOf(BYTES_A_GB)).longValue();
    }
  }

  /** The same with other drives. */
  public NodeConfiguration with(List<CacheDrive> drives) {
    return new NodeConfiguration(
        drives,
        proxyEnabled,
        proxy,
        parent,
        httpPort,
        summaryPort,
        tls,
        httpsPort,
        limits,
        origins,
        update,
        trafficEvery);
  }

  /** The proxy, when the node is to use it. */
  public Optional<Proxy> usedProxy() {
    return proxyEnabled ? proxy : Optional.empty();
  }

  /** As the API answers it and the store keeps it: every field, defaults filled in. */
  public ObjectNode write() {
    var json = Json.object();
    var drives = json.putArray("cacheDrives");
    cacheDrives.forEach(drive ->
        drives
            .addObject()
            .put("physicalPath", drive.physicalPath())
            .put("sizeInGb", drive.sizeInGb()));
    var proxyJson = json.putObject("proxy").put("enabled", proxyEnabled);
    proxy.ifPresent(p -> proxyJson.put("host", p.host()).put("port", p.port()));
    parent.ifPresent(p ->
        json.putObject("parent")
            .put("host", p.host())
            .put("port", p.port())
            .put("scheme", p.scheme()));
    json.put("httpPort", httpPort).put("summaryPort", summaryPort);
    json.put("tls", tls).put("httpsPort", httpsPort);
    json.putObject("limits").put("connectionsPerClient", limits.connectionsPerClient());
    var originsJson = json.putArray("origins");
    origins.forEach(origin ->
        originsJson
            .addObject()
            .put("host", origin.host())
            .put("scheme", origin.scheme())
            .put("contentType", origin.contentType())
            .put("allowPrivateAddress", origin.allowPrivateAddress()));
    var updateJson = json.putObject("update").put("ring", update.ring().text());
    update
        .window()
        .ifPresent(window ->
            updateJson
                .put("week", window.week())
                .put("day", window.day())
                .put("time", window.time().toString()));
    updateJson.put("frequency", update.checkEvery().toString());
    return json.put("trafficEvery", trafficEvery.toString());
  }
}
