package dev.larder.hub.identity;

import java.time.Instant;

/**
 * A client's certificate, whose private key TLS has shown the client to hold.
 *
 * @param commonName of the subject; empty when it has none, or more than one
 * @param sha1 of the whole certificate, lower-case hex: IoT Hub's thumbprint
 * @param sha256 of the same
 * @param verified whether the node's authority issued it, for clients
 */
public record ClientCertificate(
    String commonName,
    Instant notBefore,
    Instant notAfter,
    String sha1,
    String sha256,
    boolean verified) {}
