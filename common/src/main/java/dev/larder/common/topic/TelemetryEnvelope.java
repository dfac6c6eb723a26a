package dev.larder.common.topic;

import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/**
 * A module's or leaf device's message on its way to the cloud.
 *
 * @param at when the hub took it
 * @param output the output it was sent on; empty for the unnamed one
 * @param properties the sender's, the system ones among them
 * @param body the payload in base64
 */
public record TelemetryEnvelope(
    Instant at, String output, Map<String, String> properties, String body) {
  public TelemetryEnvelope {
    properties = Map.copyOf(properties);
  }

  /** Wraps a payload. */
  public static TelemetryEnvelope of(
      Instant at, String output, Map<String, String> properties, byte[] payload) {
    return new TelemetryEnvelope(
        at, output, properties, Base64.getEncoder().encodeToString(payload));
  }

  /** The payload's bytes; a body that is no base64 is an {@link IllegalArgumentException}. */
  public byte[] payload() {
    return Base64.getDecoder().decode(body);
  }
}
