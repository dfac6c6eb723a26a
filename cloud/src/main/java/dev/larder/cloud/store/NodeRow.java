package dev.larder.cloud.store;

import dev.larder.cloud.configuration.NodeConfiguration;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import dev.larder.common.id.Name;
import dev.larder.common.schedule.Version;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cache node as the administrator made it.
 *
 * @param release that it should run
 * @param releaseSince when it was given that release
 * @param registrationKey the secret that the next enrolment spends
 * @param spentKeyHash SHA-256 of the one spent last, to tell a spent one from a wrong one
 * @param certificateHash SHA-256 of the certificate that the node enrolled with, or the last that
 *     it renewed
 * @param renewedHashes SHA-256 of those it was given for that one, the oldest first; all are taken
 *     until it renews one of them
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
    List<String> renewedHashes,
    Optional<Instant> enrolledAt,
    Instant createdAt) {
  public NodeRow {
    tags = Map.copyOf(tags);
    renewedHashes = List.copyOf(renewedHashes);
  }

  /** Whether a certificate with this SHA-256 is the node's. */
  public boolean hasCertificate(String hash) {
    return certificateHash.filter(hash::equals).isPresent() || renewedHashes.contains(hash);
  }

  @Override
  public String toString() {
    return "NodeRow[" + id + "]";
  }
}
