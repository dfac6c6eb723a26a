package dev.larder.agent.plan;

import java.time.Instant;

/**
 * What a module was to be made from and did not prove itself as; it is not tried again.
 *
 * @param spec the hash of it
 * @param reason for a person
 */
public record Rejection(String spec, String reason, Instant at) {}
