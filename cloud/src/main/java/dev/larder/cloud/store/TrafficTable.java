package dev.larder.cloud.store;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import dev.larder.common.traffic.TrafficMessage.Counts;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** What nodes served: one row a node, minute and content type. */
public final class TrafficTable {
  private static final long MILLIS_A_MINUTE = Duration.ofMinutes(1).toMillis();

  private final Handle handle;

  TrafficTable(Handle handle) {
    this.handle = handle;
  }

  /**
   * A span.
   *
   * @param from inclusive
   * @param to exclusive
   * @param step a whole number of minutes that one row covers
   */
  public record Span(Instant from, Instant to, Duration step) {}

  /** One step of one content type. */
  public record TrafficRow(Instant at, String contentType, Counts counts) {}

  /** Adds counts to the row of a minute. */
  public void add(CacheNodeId node, Instant at, String contentType, Counts counts) {
    handle
        .createUpdate(
            "INSERT INTO traffic (node_id, minute, content_type, requests, hits, hit_bytes,"
                + " miss_bytes, origin_bytes) VALUES (:node, :minute, :type, :requests, :hits,"
                + " :hitBytes, :missBytes, :originBytes)"
                + " ON CONFLICT (node_id, minute, content_type) DO UPDATE SET"
                + " requests = traffic.requests + excluded.requests,"
                + " hits = traffic.hits + excluded.hits,"
                + " hit_bytes = traffic.hit_bytes + excluded.hit_bytes,"
                + " miss_bytes = traffic.miss_bytes + excluded.miss_bytes,"
                + " origin_bytes = traffic.origin_bytes + excluded.origin_bytes")
        .bind("node", node.toString())
        .bind("minute", minute(at))
        .bind("type", contentType)
        .bind("requests", counts.requests())
        .bind("hits", counts.hits())
        .bind("hitBytes", counts.hitBytes())
        .bind("missBytes", counts.missBytes())
        .bind("originBytes", counts.originBytes())
        .execute();
  }

  /**
   * Adds up by step and content type.
   *
   * @param node all of the resource's when empty
   */
  public List<TrafficRow> sum(CustomerId resource, Optional<CacheNodeId> node, Span span) {
    return handle
        .createQuery(
            "SELECT minute / :step AS bucket, content_type, SUM(requests) AS requests,"
                + " SUM(hits) AS hits, SUM(hit_bytes) AS hit_bytes, SUM(miss_bytes) AS miss_bytes,"
                + " SUM(origin_bytes) AS origin_bytes FROM traffic"
                + " WHERE node_id IN (SELECT id FROM node WHERE resource_id = :resource"
                + " AND (id = :node OR :node = '')) AND minute >= :from AND minute < :to"
                + " GROUP BY bucket, content_type ORDER BY bucket, content_type")
        .bind("step", span.step().toMinutes())
        .bind("resource", resource.toString())
        .bind("node", node.map(CacheNodeId::toString).orElse(""))
        .bind("from", minute(span.from()))
        .bind("to", minute(span.to().plusMillis(MILLIS_A_MINUTE - 1)))
        .map((row, _) -> read(row, span.step()))
        .list();
  }

  private static TrafficRow read(ResultSet row, Duration step) throws SQLException {
    return new TrafficRow(
        Instant.EPOCH.plus(step.multipliedBy(row.getLong("bucket"))),
        Columns.text(row, "content_type"),
        new Counts(
            row.getLong("requests"),
            row.getLong("hits"),
            row.getLong("hit_bytes"),
            row.getLong("miss_bytes"),
            row.getLong("origin_bytes")));
  }

  private static long minute(Instant at) {
    return Math.floorDiv(at.toEpochMilli(), MILLIS_A_MINUTE);
  }
}
