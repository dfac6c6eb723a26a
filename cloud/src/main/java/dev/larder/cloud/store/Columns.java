package dev.larder.cloud.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** How values lie in columns. */
final class Columns {
  private Columns() {}

  static String text(ResultSet row, String column) throws SQLException {
    var value = row.getString(column);
    if (value == null) {
      throw new SQLException("Column " + column + " is NULL");
    }
    return value;
  }

  static Optional<String> optionalText(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getString(column));
  }

  static Instant instant(ResultSet row, String column) throws SQLException {
    return Instant.ofEpochMilli(row.getLong(column));
  }

  static Optional<Instant> optionalInstant(ResultSet row, String column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  static ObjectNode document(ResultSet row, String column) throws SQLException {
    return parse(text(row, column));
  }

  static Optional<ObjectNode> optionalDocument(ResultSet row, String column) throws SQLException {
    var text = row.getString(column);
    return text == null ? Optional.empty() : Optional.of(parse(text));
  }

  private static ObjectNode parse(String text) throws SQLException {
    try {
      return Json.mapper().readValue(text, ObjectNode.class);
    } catch (JsonProcessingException e) {
      throw new SQLException("A stored document is no JSON", e);
    }
  }
}
