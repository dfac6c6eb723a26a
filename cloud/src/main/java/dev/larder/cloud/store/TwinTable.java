package dev.larder.cloud.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.json.Json;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The twins of all nodes. */
public final class TwinTable {
  /** A node's leaf devices whose reported properties are kept. */
  private static final int MOST_DEVICES = 10_000;

  private final Handle handle;

  TwinTable(Handle handle) {
    this.handle = handle;
  }

  /**
   * Desired properties as they go to a node.
   *
   * @param document empty when the node no longer has the twin
   */
  public record Desired(String name, long version, Optional<ObjectNode> document) {}

  /**
   * A twin.
   *
   * @param desiredVersion 0 when it never had desired properties
   * @param desired empty when it has none, or no longer
   * @param reportedVersion 0 before the first report
   * @param reported empty before the first report
   */
  public record Twin(
      String name,
      long desiredVersion,
      Optional<ObjectNode> desired,
      long reportedVersion,
      Optional<ObjectNode> reported) {}

  /** Those of every twin that has or had desired properties. */
  public List<Desired> desired(CacheNodeId node) {
    return handle
        .createQuery(
            "SELECT name, desired_version, desired FROM twin"
                + " WHERE node_id = :node AND desired_version > 0 ORDER BY name")
        .bind("node", node.toString())
        .map((row, _) ->
            new Desired(
                Columns.text(row, "name"),
                row.getLong("desired_version"),
                Columns.optionalDocument(row, "desired")))
        .list();
  }

  public Optional<Twin> find(CacheNodeId node, String name) {
    return handle
        .createQuery("SELECT * FROM twin WHERE node_id = :node AND name = :name")
        .bind("node", node.toString())
        .bind("name", name)
        .map((row, _) ->
            new Twin(
                Columns.text(row, "name"),
                row.getLong("desired_version"),
                Columns.optionalDocument(row, "desired"),
                row.getLong("reported_version"),
                Columns.optionalDocument(row, "reported")))
        .findOne();
  }

  /** Sets desired properties, or takes the twin away. */
  public void setDesired(
      CacheNodeId node, String name, long version, Optional<ObjectNode> desired) {
    handle
        .createUpdate(
            "INSERT INTO twin (node_id, name, desired_version, desired, reported_version)"
                + " VALUES (:node, :name, :version, :desired, 0)"
                + " ON CONFLICT (node_id, name) DO UPDATE"
                + " SET desired_version = excluded.desired_version, desired = excluded.desired")
        .bind("node", node.toString())
        .bind("name", name)
        .bind("version", version)
        .bind("desired", desired.map(Json::write).orElse(null))
        .execute();
  }

  /** Keeps a reported document when its version is the highest so far; false when it is not. */
  public boolean setReported(CacheNodeId node, String name, long version, ObjectNode reported) {
    return handle
            .createUpdate(
                "UPDATE twin SET reported_version = :version, reported = :reported"
                    + " WHERE node_id = :node AND name = :name AND reported_version < :version")
            .bind("version", version)
            .bind("reported", Json.write(reported))
            .bind("node", node.toString())
            .bind("name", name)
            .execute()
        == 1;
  }

  /** Keeps the first report of a leaf device; false when it is known, or one too many. */
  public boolean addDevice(CacheNodeId node, String name, long version, ObjectNode reported) {
    return handle
            .createUpdate(
                "INSERT INTO twin (node_id, name, desired_version, reported_version, reported)"
                    + " SELECT :node, :name, 0, :version, :reported WHERE"
                    + " (SELECT COUNT(*) FROM twin WHERE node_id = :node AND desired_version = 0)"
                    + " < :most ON CONFLICT (node_id, name) DO NOTHING")
            .bind("node", node.toString())
            .bind("name", name)
            .bind("version", version)
            .bind("reported", Json.write(reported))
            .bind("most", MOST_DEVICES)
            .execute()
        == 1;
  }

  /** A node that was deployed anew counts its reported versions from the start. */
  public void forgetReported(CacheNodeId node) {
    handle
        .createUpdate("DELETE FROM twin WHERE node_id = :node AND desired_version = 0")
        .bind("node", node.toString())
        .execute();
    handle
        .createUpdate("UPDATE twin SET reported_version = 0, reported = NULL WHERE node_id = :node")
        .bind("node", node.toString())
        .execute();
  }
}
