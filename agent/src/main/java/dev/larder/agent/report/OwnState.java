package dev.larder.agent.report;

import java.time.Instant;
import java.util.Optional;

/**
 * The agent about itself.
 *
 * @param version of its software
 * @param image that its container runs; empty when it runs in none
 * @param certificateDaysLeft of the node's certificate towards the cloud
 * @param problem why it is not what the manifest names; empty when it is
 */
public record OwnState(
    String version,
    String image,
    String imageId,
    Optional<Instant> startedAt,
    int certificateDaysLeft,
    String problem) {}
