package dev.larder.cloud.store;

import dev.larder.common.id.CustomerId;
import dev.larder.common.id.Name;
import java.time.Instant;

/**
 * A resource.
 *
 * @param customerKey the secret that its nodes' deploy commands carry
 */
public record ResourceRow(CustomerId id, Name name, String customerKey, Instant createdAt) {
  @Override
  public String toString() {
    return "ResourceRow[" + id + "]";
  }
}
