package dev.larder.common.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The id of a cache node: one machine with the three containers. */
public record CacheNodeId(UUID value) {
  /** Reads the 36-character form; any other is an {@link IllegalArgumentException}. */
  @JsonCreator
  public static CacheNodeId of(String text) {
    return new CacheNodeId(Uuids.parse("cacheNodeId", text));
  }

  @JsonValue
  @Override
  public String toString() {
    return value.toString();
  }
}
