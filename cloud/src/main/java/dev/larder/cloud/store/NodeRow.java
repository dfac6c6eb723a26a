package dev.larder.cloud.store;

import dev.larder.cloud.configuration.NodeConfiguration;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import dev.larder.common.id.Name;
import dev.larder.common.schedule.Version;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A cache node as the administrator made it.
 *
 * @param release that it should run
 * @param releaseSince when it was given that release
 * @param registrationKey the secret that the next enrolment spends
 * @param spentKeyHash SHA-256 of the one spent last, to tell a spent one from a wrong one
 * @param certificateHash SHA-256 of the one certificate that is taken
 */
public record NodeRow(
    CacheNodeId id,
    CustomerId customerId,
    Name name,
    Map<String, String> tags,
    NodeConfiguration configuration,
    Version release,
    Instant releaseSince,
    String registrationKey,
    Optional<String> spentKeyHash,
    Optional<String> certificateHash,
    Optional<Instant> enrolledAt,
    Instant createdAt) {
  public NodeRow {
    tags = Map.copyOf(tags);
  }

  @Override
  public String toString() {
    return "NodeRow[" + id + "]";
  }
}
