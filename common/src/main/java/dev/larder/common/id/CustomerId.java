package dev.larder.common.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The id of a resource: one organisation's connected cache. */
public record CustomerId(UUID value) {
  /** Reads the 36-character form; any other is an {@link IllegalArgumentException}. */
  @JsonCreator
  public static CustomerId of(String text) {
    return new CustomerId(Uuids.parse("customerId", text));
  }

  @JsonValue
  @Override
  public String toString() {
    return value.toString();
  }
}
