package dev.larder.cloud.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.larder.cloud.configuration.ConfigurationReader;
import dev.larder.cloud.configuration.NodeConfiguration;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import dev.larder.common.id.Name;
import dev.larder.common.json.Json;
import dev.larder.common.schedule.Version;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** The nodes. */
public final class NodeTable {
  private static final TypeReference<Map<String, String>> TAGS = new TypeReference<>() {};

  private final Handle handle;

  NodeTable(Handle handle) {
    this.handle = handle;
  }

  /** Whether it was added; it is not when the name is taken in its resource. */
  public boolean add(NodeRow node) {
    return handle
            .createUpdate(
                "INSERT INTO node (id, resource_id, name, tags, configuration, release,"
                    + " release_since, registration_key, created_at) VALUES (:id, :resource, :name,"
                    + " :tags, :configuration, :release, :since, :key, :at)"
                    + " ON CONFLICT (resource_id, name) DO NOTHING")
            .bind("id", node.id().toString())
            .bind("resource", node.customerId().toString())
            .bind("name", node.name().value())
            .bind("tags", Json.write(new TreeMap<>(node.tags())))
            .bind("configuration", Json.write(node.configuration().write()))
            .bind("release", node.release().toString())
            .bind("since", node.releaseSince().toEpochMilli())
            .bind("key", node.registrationKey())
            .bind("at", node.createdAt().toEpochMilli())
            .execute()
        == 1;
  }

  /**
   * Lets no other transaction that holds the node go on before this one has ended, so that two
   * which write the same rows in another order cannot wait for each other. False when the node is
   * gone.
   */
  public boolean hold(CacheNodeId node) {
    return handle
            .createUpdate("UPDATE node SET created_at = created_at WHERE id = :id")
            .bind("id", node.toString())
            .execute()
        == 1;
  }

  public List<NodeRow> list(CustomerId resource) {
    return handle
        .createQuery("SELECT * FROM node WHERE resource_id = :resource ORDER BY name")
        .bind("resource", resource.toString())
        .map((row, _) -> read(row))
        .list();
  }

  public List<NodeRow> all() {
    return handle.createQuery("SELECT * FROM node ORDER BY id").map((row, _) -> read(row)).list();
  }

  public Optional<NodeRow> find(CacheNodeId id) {
    return handle
        .createQuery("SELECT * FROM node WHERE id = :id")
        .bind("id", id.toString())
        .map((row, _) -> read(row))
        .findOne();
  }

  public Optional<NodeRow> find(CustomerId resource, Name name) {
    return handle
        .createQuery("SELECT * FROM node WHERE resource_id = :resource AND name = :name")
        .bind("resource", resource.toString())
        .bind("name", name.value())
        .map((row, _) -> read(row))
        .findOne();
  }

  public void setConfiguration(CacheNodeId id, NodeConfiguration configuration) {
    handle
        .createUpdate("UPDATE node SET configuration = :configuration WHERE id = :id")
        .bind("configuration", Json.write(configuration.write()))
        .bind("id", id.toString())
        .execute();
  }

  public void setTags(CacheNodeId id, Map<String, String> tags) {
    handle
        .createUpdate("UPDATE node SET tags = :tags WHERE id = :id")
        .bind("tags", Json.write(new TreeMap<>(tags)))
        .bind("id", id.toString())
        .execute();
  }

  public void setRelease(CacheNodeId id, Version release, Instant since) {
    handle
        .createUpdate("UPDATE node SET release = :release, release_since = :since WHERE id = :id")
        .bind("release", release.toString())
        .bind("since", since.toEpochMilli())
        .bind("id", id.toString())
        .execute();
  }

  /**
   * Spends a registration key.
   *
   * @return false when the node's key is not that one, or no longer
   */
  public boolean enrol(
      CacheNodeId id,
      String spent,
      String spentHash,
      String next,
      String certificateHash,
      Instant at) {
    return handle
            .createUpdate(
                "UPDATE node SET registration_key = :next, spent_key_hash = :hash,"
                    + " certificate_hash = :certificate, renewed_hashes = NULL, enrolled_at = :at"
                    + " WHERE id = :id AND registration_key = :spent")
            .bind("next", next)
            .bind("hash", spentHash)
            .bind("certificate", certificateHash)
            .bind("at", at.toEpochMilli())
            .bind("id", id.toString())
            .bind("spent", spent)
            .execute()
        == 1;
  }

  /** Takes these certificates, all of which were given for the first, and no others. */
  public void setCertificates(CacheNodeId id, String renewed, List<String> given) {
    handle
        .createUpdate(
            "UPDATE node SET certificate_hash = :renewed, renewed_hashes = :given WHERE id = :id")
        .bind("renewed", renewed)
        .bind("given", String.join(" ", given))
        .bind("id", id.toString())
        .execute();
  }

  public boolean remove(CacheNodeId id) {
    return handle
            .createUpdate("DELETE FROM node WHERE id = :id")
            .bind("id", id.toString())
            .execute()
        == 1;
  }

  private static NodeRow read(ResultSet row) throws SQLException {
    var configuration = Columns.document(row, "configuration");
    return new NodeRow(
        CacheNodeId.of(Columns.text(row, "id")),
        CustomerId.of(Columns.text(row, "resource_id")),
        Name.of(Columns.text(row, "name")),
        tags(Columns.text(row, "tags")),
        ConfigurationReader.read(configuration, true).orThrow(),
        Version.of(Columns.text(row, "release")),
        Columns.instant(row, "release_since"),
        Columns.text(row, "registration_key"),
        Columns.optionalText(row, "spent_key_hash"),
        Columns.optionalText(row, "certificate_hash"),
        Columns.optionalText(row, "renewed_hashes").map(NodeTable::words).orElse(List.of()),
        Columns.optionalInstant(row, "enrolled_at"),
        Columns.instant(row, "created_at"));
  }

  private static List<String> words(String text) {
    return List.of(text.split(" ", -1));
  }

  private static Map<String, String> tags(String text) throws SQLException {
    try {
      return Json.mapper().readValue(text, TAGS);
    } catch (JsonProcessingException e) {
      throw new SQLException("Stored tags are no JSON", e);
    }
  }
}
