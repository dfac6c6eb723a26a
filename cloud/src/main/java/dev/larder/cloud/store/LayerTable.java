package dev.larder.cloud.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.cloud.render.Layer;
import dev.larder.common.id.CustomerId;
import dev.larder.common.id.Name;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.Deployment;
import dev.larder.common.manifest.TargetCondition;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The layers of all resources. */
public final class LayerTable {
  private final Handle handle;

  LayerTable(Handle handle) {
    this.handle = handle;
  }

  /**
   * A layer as the administrator wrote it, which is valid.
   *
   * @param content {@code {"modulesContent": {…}}}
   */
  public record LayerRow(
      Name name, String targetCondition, int priority, ObjectNode content, Instant updatedAt) {
    public Layer layer() {
      return new Layer(
          name,
          TargetCondition.parse(targetCondition, "targetCondition").orThrow(),
          priority,
          Deployment.read(content).orThrow());
    }
  }

  public List<LayerRow> list(CustomerId resource) {
    return handle
        .createQuery("SELECT * FROM layer WHERE resource_id = :resource ORDER BY priority, name")
        .bind("resource", resource.toString())
        .map((row, _) -> read(row))
        .list();
  }

  public Optional<LayerRow> find(CustomerId resource, Name name) {
    return handle
        .createQuery("SELECT * FROM layer WHERE resource_id = :resource AND name = :name")
        .bind("resource", resource.toString())
        .bind("name", name.value())
        .map((row, _) -> read(row))
        .findOne();
  }

  public void put(CustomerId resource, LayerRow layer) {
    handle
        .createUpdate(
            "INSERT INTO layer (resource_id, name, target_condition, priority, content, updated_at)"
                + " VALUES (:resource, :name, :target, :priority, :content, :at)"
                + " ON CONFLICT (resource_id, name) DO UPDATE"
                + " SET target_condition = excluded.target_condition,"
                + " priority = excluded.priority, content = excluded.content,"
                + " updated_at = excluded.updated_at")
        .bind("resource", resource.toString())
        .bind("name", layer.name().value())
        .bind("target", layer.targetCondition())
        .bind("priority", layer.priority())
        .bind("content", Json.write(layer.content()))
        .bind("at", layer.updatedAt().toEpochMilli())
        .execute();
  }

  public boolean remove(CustomerId resource, Name name) {
    return handle
            .createUpdate("DELETE FROM layer WHERE resource_id = :resource AND name = :name")
            .bind("resource", resource.toString())
            .bind("name", name.value())
            .execute()
        == 1;
  }

  private static LayerRow read(ResultSet row) throws SQLException {
    return new LayerRow(
        Name.of(Columns.text(row, "name")),
        Columns.text(row, "target_condition"),
        row.getInt("priority"),
        Columns.document(row, "content"),
        Columns.instant(row, "updated_at"));
  }
}
