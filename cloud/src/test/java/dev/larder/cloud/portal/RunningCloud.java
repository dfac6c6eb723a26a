package dev.larder.cloud.portal;

import dev.larder.cloud.Cloud;
import dev.larder.cloud.CloudOptions;
import dev.larder.cloud.store.Database;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.json.Json;
import dev.larder.common.report.NodeEvents;
import dev.larder.common.report.NodeEvents.Event;
import dev.larder.common.report.NodeReport;
import dev.larder.common.report.NodeReport.ModuleReport;
import dev.larder.common.schedule.Version;
import dev.larder.common.settings.CacheReported;
import dev.larder.common.settings.CacheReported.DriveReport;
import dev.larder.common.settings.CacheReported.UpdateReport;
import dev.larder.common.settings.CacheReported.Waiting;
import dev.larder.common.traffic.TrafficMessage.Counts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cloud on free ports of loopback, and what a node would have told it. */
final class RunningCloud implements AutoCloseable {
  static final String PASSWORD = "correct-horse-battery";

  private static final Duration DAY = Duration.ofDays(1);
  private static final long GB = 1_000_000_000;
  private static final Map<String, Counts> HOURLY =
      Map.of(
          "Windows updates", counts(9 * GB, GB / 2),
          "Microsoft 365 Apps", counts(4 * GB, GB / 2),
          "Microsoft Store", counts(GB, GB / 4),
          "Defender", counts(GB / 2, GB / 50));

  private final Cloud cloud;
  private final Database database;

  RunningCloud(Path data) throws IOException {
    this.cloud =
        Cloud.start(
            new CloudOptions(
                data,
                "127.0.0.1",
                0,
                0,
                List.of("localhost"),
                "",
                false,
                Optional.of(PASSWORD),
                Optional.empty()),
            Clock.systemUTC());
    this.database = Database.sqlite(data.resolve("cloud.db"));
  }

  String url() {
    return cloud.url();
  }

  /** A day of traffic that rises and falls, a row an hour and content type. */
  void addTraffic(CacheNodeId node, Instant until) {
    database.write(tables -> {
      int rows = 0;
      for (var at = until.minus(DAY); at.isBefore(until); at = at.plus(Duration.ofHours(1))) {
        long weight = 1L + Math.abs(12 - rows % 24);
        for (var entry : HOURLY.entrySet()) {
          tables.traffic().add(node, at, entry.getKey(), divided(entry.getValue(), weight));
        }
        rows++;
      }
      return rows;
    });
  }

  private static Counts counts(long hitBytes, long missBytes) {
    long slice = 1 << 20;
    return new Counts(
        (hitBytes + missBytes) / slice, hitBytes / slice, hitBytes, missBytes, missBytes);
  }

  private static Counts divided(Counts counts, long by) {
    return counts(counts.hitBytes() / by, counts.missBytes() / by);
  }

  /** What the node's agent and cache module would report of three running containers. */
  void addReports(CacheNodeId node, Instant now) {
    var report =
        new NodeReport(
            "1.1",
            "1.0.0",
            1,
            new NodeReport.Status(200, ""),
            new NodeReport.Platform("linux", "amd64", "20.10.24"),
            Map.of("edgeAgent", module("larder-agent", now), "edgeHub", module("larder-hub", now)),
            Map.of("cache", module("larder-cache", now)),
            now,
            Optional.of(300),
            Optional.empty());
    var updates =
        new UpdateReport(
            Optional.of(now.minusSeconds(600)),
            Optional.of(now.plusSeconds(3000)),
            7,
            3600,
            Optional.empty(),
            Optional.of(new Waiting(Version.of("1.1.0"), now.plus(DAY))));
    var reported =
        new CacheReported(
            "1.0.0",
            1,
            List.of(),
            List.of(new DriveReport("/data/cache", 500 * GB, 312 * GB, "")),
            updates);
    database.write(tables -> {
      tables.reports().put(node, report, now);
      tables.reports().putEvents(node, events(now));
      return tables.twins().setReported(node, "cache", 1, Json.mapper().valueToTree(reported));
    });
  }

  private static NodeEvents events(Instant now) {
    var accepted = new Event(1, now.minus(DAY), "manifestAccepted", "", "version 1");
    var started = new Event(2, now.minusSeconds(60), "started", "cache", "");
    return new NodeEvents("log", 0, List.of(accepted, started));
  }

  private static ModuleReport module(String image, Instant now) {
    return new ModuleReport(
        image + ":1.0.0",
        "sha256:0",
        "running",
        "running",
        "",
        Optional.of(true),
        0,
        0,
        Optional.of(now.minus(DAY)),
        Optional.empty(),
        "always",
        "1.0.0");
  }

  @Override
  public void close() {
    database.close();
    cloud.close();
  }
}
