package dev.larder.cloud.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.json.Json;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The twins of all nodes. */
public final class TwinTable {
  private final Handle handle;

  TwinTable(Handle handle) {
    this.handle = handle;
  }

  /**
   * A twin.
   *
   * @param desired empty when the node no longer has it
   * @param reported empty before the module's first
   */
  public record Twin(
      String name,
      long desiredVersion,
      Optional<ObjectNode> desired,
      Optional<ObjectNode> reported) {}

  public List<Twin> list(CacheNodeId node) {
    return handle
        .createQuery("SELECT * FROM twin WHERE node_id = :node ORDER BY name")
        .bind("node", node.toString())
        .map((row, _) ->
            new Twin(
                Columns.text(row, "name"),
                row.getLong("desired_version"),
                Columns.optionalDocument(row, "desired"),
                Columns.optionalDocument(row, "reported")))
        .list();
  }

  /** The last document that a module reported. */
  public Optional<ObjectNode> reported(CacheNodeId node, String name) {
    return list(node).stream()
        .filter(twin -> twin.name().equals(name))
        .findFirst()
        .flatMap(Twin::reported);
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

  /** A node that was deployed anew counts its reported versions from the start. */
  public void forgetReported(CacheNodeId node) {
    handle
        .createUpdate("UPDATE twin SET reported_version = 0, reported = NULL WHERE node_id = :node")
        .bind("node", node.toString())
        .execute();
  }
}
