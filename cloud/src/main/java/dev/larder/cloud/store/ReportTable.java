package dev.larder.cloud.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.larder.cloud.state.NodeHealth.Received;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import dev.larder.common.json.Json;
import dev.larder.common.report.NodeEvents;
import dev.larder.common.report.NodeReport;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The last report of each node. */
public final class ReportTable {
  private final Handle handle;

  ReportTable(Handle handle) {
    this.handle = handle;
  }

  public void put(CacheNodeId node, NodeReport report, Instant receivedAt) {
    handle
        .createUpdate(
            "INSERT INTO report (node_id, received_at, document) VALUES (:node, :at, :document)"
                + " ON CONFLICT (node_id) DO UPDATE"
                + " SET received_at = excluded.received_at, document = excluded.document")
        .bind("node", node.toString())
        .bind("at", receivedAt.toEpochMilli())
        .bind("document", Json.write(report))
        .execute();
  }

  /** What is kept of the node's events. */
  public Optional<NodeEvents> events(CacheNodeId node) {
    return handle
        .createQuery("SELECT events FROM report WHERE node_id = :node AND events IS NOT NULL")
        .bind("node", node.toString())
        .map((row, _) -> readEvents(row))
        .findOne();
  }

  /** Keeps a node's events beside its report, which is there. */
  public void putEvents(CacheNodeId node, NodeEvents events) {
    handle
        .createUpdate("UPDATE report SET events = :events WHERE node_id = :node")
        .bind("node", node.toString())
        .bind("events", Json.write(events))
        .execute();
  }

  private static NodeEvents readEvents(ResultSet row) throws SQLException {
    try {
      return Json.mapper().readValue(Columns.text(row, "events"), NodeEvents.class);
    } catch (JsonProcessingException e) {
      throw new SQLException("Stored events are no JSON", e);
    }
  }

  public Optional<Received> find(CacheNodeId node) {
    return handle
        .createQuery("SELECT * FROM report WHERE node_id = :node")
        .bind("node", node.toString())
        .map((row, _) -> read(row))
        .findOne();
  }

  /** Those of a resource's nodes. */
  public Map<CacheNodeId, Received> of(CustomerId resource) {
    var found = new HashMap<CacheNodeId, Received>();
    handle
        .createQuery(
            "SELECT report.* FROM report JOIN node ON node.id = report.node_id"
                + " WHERE node.resource_id = :resource")
        .bind("resource", resource.toString())
        .map((row, _) -> Map.entry(CacheNodeId.of(Columns.text(row, "node_id")), read(row)))
        .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
    return found;
  }

  private static Received read(ResultSet row) throws SQLException {
    try {
      return new Received(
          Json.mapper().readValue(Columns.text(row, "document"), NodeReport.class),
          Columns.instant(row, "received_at"));
    } catch (JsonProcessingException e) {
      throw new SQLException("A stored report is no JSON", e);
    }
  }
}
