package dev.larder.common.topic;

import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A message from the cloud to a leaf device, as the hub is handed it. The hub answers PUBACK once
 * it keeps the message on disk, and passes over a message id that it has seen.
 *
 * @param at when the cloud took it
 * @param messageId names it; who sends it again uses the same
 * @param expiry after which it is not delivered; the hub's own time to live when empty
 * @param properties the sender's; {@link #CORRELATION_ID} may be among them
 * @param body the payload in base64
 */
public record DeviceboundEnvelope(
    Instant at,
    String messageId,
    Optional<Instant> expiry,
    Map<String, String> properties,
    String body) {
  /** IoT Hub's rule for message ids, without what has a meaning in a topic. */
  public static final Pattern MESSAGE_ID = Pattern.compile("[a-zA-Z0-9.%_*?!(),:;=@$'-]{1,128}");

  /** The system property that holds the correlation id. */
  public static final String CORRELATION_ID = "$.cid";

  /** What a payload may take, bytes; IoT Hub's bound. */
  public static final int LARGEST_PAYLOAD_BYTES = 64 << 10;

  public DeviceboundEnvelope {
    if (!MESSAGE_ID.matcher(messageId).matches()) {
      throw new IllegalArgumentException(
          "A message id is 1 to 128 letters, digits and - . % _ * ? ! ( ) , : ; = @ $ ': "
              + messageId);
    }
    properties = Map.copyOf(properties);
  }

  /** Wraps a payload. */
  public static DeviceboundEnvelope of(
      Instant at,
      String messageId,
      Optional<Instant> expiry,
      Map<String, String> properties,
      byte[] payload) {
    return new DeviceboundEnvelope(
        at, messageId, expiry, properties, Base64.getEncoder().encodeToString(payload));
  }

  /** The payload's bytes; a body that is no base64 is an {@link IllegalArgumentException}. */
  public byte[] payload() {
    return Base64.getDecoder().decode(body);
  }
}
