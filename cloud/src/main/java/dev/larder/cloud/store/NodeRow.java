package dev.larder.cloud.store;

import dev.larder.cloud.configuration.NodeConfiguration;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import dev.larder.common.id.Name;
import dev.larder.common.schedule.Version;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A cache node as the administrator made it.
 *
 * @param release that it should run
 * @param releaseSince when it was given that release
 * @param registrationKey the secret that the next enrolment spends
 * @param spentKeyHash SHA-256 of the one spent last, to tell a spent one from a wrong one
 * @param certificateHash SHA-256 of the certificate that the node had at its last enrolment or
 *     renewal
 * @param renewedHash SHA-256 of the one it was given for that; both are taken until it renews again
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
    Optional<String> renewedHash,
    Optional<Instant> enrolledAt,
    Instant createdAt) {
  public NodeRow {
    tags = Map.copyOf(tags);
  }

  /** Whether a certificate with this SHA-256 is the node's. */
  public boolean hasCertificate(String hash) {
    return Stream.of(certificateHash, renewedHash).flatMap(Optional::stream).anyMatch(hash::equals);
  }

  @Override
  public String toString() {
    return "NodeRow[" + id + "]";
  }
}
