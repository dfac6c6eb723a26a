package dev.larder.cloud.store;

import dev.larder.common.id.CustomerId;
import dev.larder.common.id.Name;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The resources. */
public final class ResourceTable {
  private final Handle handle;

  ResourceTable(Handle handle) {
    this.handle = handle;
  }

  /** Whether it was added; it is not when the name is taken. */
  public boolean add(ResourceRow row) {
    return handle
            .createUpdate(
                "INSERT INTO resource (id, name, customer_key, created_at)"
                    + " VALUES (:id, :name, :key, :at) ON CONFLICT (name) DO NOTHING")
            .bind("id", row.id().toString())
            .bind("name", row.name().value())
            .bind("key", row.customerKey())
            .bind("at", row.createdAt().toEpochMilli())
            .execute()
        == 1;
  }

  public List<ResourceRow> list() {
    return handle
        .createQuery("SELECT * FROM resource ORDER BY name")
        .map((row, _) -> read(row))
        .list();
  }

  public Optional<ResourceRow> find(Name name) {
    return handle
        .createQuery("SELECT * FROM resource WHERE name = :name")
        .bind("name", name.value())
        .map((row, _) -> read(row))
        .findOne();
  }

  public Optional<ResourceRow> find(CustomerId id) {
    return handle
        .createQuery("SELECT * FROM resource WHERE id = :id")
        .bind("id", id.toString())
        .map((row, _) -> read(row))
        .findOne();
  }

  private static ResourceRow read(ResultSet row) throws SQLException {
    return new ResourceRow(
        CustomerId.of(Columns.text(row, "id")),
        Name.of(Columns.text(row, "name")),
        Columns.text(row, "customer_key"),
        Columns.instant(row, "created_at"));
  }
}
