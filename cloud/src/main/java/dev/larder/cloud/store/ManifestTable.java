package dev.larder.cloud.store;

import dev.larder.common.id.CacheNodeId;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The manifests as they are sent to agents. */
public final class ManifestTable {
  private final Handle handle;

  ManifestTable(Handle handle) {
    this.handle = handle;
  }

  /** The exact bytes, and the version that is in them. */
  public record Stored(long version, String document) {
    public byte[] bytes() {
      return document.getBytes(StandardCharsets.UTF_8);
    }
  }

  public Optional<Stored> find(CacheNodeId node) {
    return handle
        .createQuery("SELECT version, document FROM manifest WHERE node_id = :node")
        .bind("node", node.toString())
        .map((row, _) -> new Stored(row.getLong("version"), Columns.text(row, "document")))
        .findOne();
  }

  public void put(CacheNodeId node, long version, byte[] bytes) {
    handle
        .createUpdate(
            "INSERT INTO manifest (node_id, version, document) VALUES (:node, :version, :document)"
                + " ON CONFLICT (node_id) DO UPDATE"
                + " SET version = excluded.version, document = excluded.document")
        .bind("node", node.toString())
        .bind("version", version)
        .bind("document", new String(bytes, StandardCharsets.UTF_8))
        .execute();
  }
}
