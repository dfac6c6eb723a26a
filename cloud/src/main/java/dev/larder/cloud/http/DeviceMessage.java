package dev.larder.cloud.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.cloud.configuration.Fields;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problems;
import dev.larder.common.topic.DeviceboundEnvelope;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** Reads a message for a leaf device as the API takes it. */
final class DeviceMessage {
  private static final String BODY = "body";
  private static final String BASE64 = "bodyBase64";
  private static final String MESSAGE_ID = "messageId";
  private static final String CORRELATION_ID = "correlationId";
  private static final String PROPERTIES = "properties";
  private static final String EXPIRES_IN = "expiresIn";
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(7);

  /** The hub writes them into the topic by which it delivers, and a topic ends at 65,535 bytes. */
  private static final int PROPERTY_CHARACTERS = 4096;

  private static final int CORRELATION_LENGTH = 128;

  private DeviceMessage() {}

  /**
   * Reads a message.
   *
   * @param id for one that names none
   */
  static Checked<DeviceboundEnvelope> read(ObjectNode request, Instant now, String id) {
    var problems = new Problems();
    var fields =
        Fields.of(request, problems)
            .only(BODY, BASE64, PROPERTIES, MESSAGE_ID, CORRELATION_ID, EXPIRES_IN);
    var payload = payload(request, fields);
    if (payload.length > DeviceboundEnvelope.LARGEST_PAYLOAD_BYTES) {
      fields.add(request.hasNonNull(BASE64) ? BASE64 : BODY, "is more than 64 KiB", "send less");
    }
    var properties = properties(request, fields);
    fields
        .text(CORRELATION_ID, "write a text")
        .ifPresent(value -> {
          if (value.isEmpty() || value.length() > CORRELATION_LENGTH) {
            fields.add(CORRELATION_ID, "is not 1 to 128 characters", "write another");
          }
          properties.put(DeviceboundEnvelope.CORRELATION_ID, value);
        });
    var messageId = fields.text(MESSAGE_ID, "write a text").orElse(id);
    if (!DeviceboundEnvelope.MESSAGE_ID.matcher(messageId).matches()) {
      fields.add(
          MESSAGE_ID,
          "is no message id",
          "use 1 to 128 letters, digits and - . % _ * ? ! ( ) , : ; = @ $ '");
    }
    var expiry = fields.duration(EXPIRES_IN, SHORTEST, LONGEST).map(now::plus);
    return problems.isEmpty()
        ? Checked.valid(DeviceboundEnvelope.of(now, messageId, expiry, properties, payload))
        : Checked.invalid(problems.list());
  }

  /** A text is sent as its bytes, any other JSON as it is written. */
  private static byte[] payload(ObjectNode request, Fields fields) {
    if (request.hasNonNull(BODY) == request.hasNonNull(BASE64)) {
      fields.add(
          BODY,
          request.hasNonNull(BODY) ? "is there beside bodyBase64" : "is missing",
          "send one of body and bodyBase64");
      return new byte[0];
    }
    if (request.hasNonNull(BODY)) {
      var body = request.path(BODY);
      return body.isTextual()
          ? body.textValue().getBytes(StandardCharsets.UTF_8)
          : Json.writeBytes(body);
    }
    try {
      return Base64.getDecoder().decode(fields.text(BASE64, "write base64").orElse(""));
    } catch (IllegalArgumentException _) {
      fields.add(BASE64, "is not base64", "write base64, with its padding");
      return new byte[0];
    }
  }

  private static Map<String, String> properties(ObjectNode request, Fields fields) {
    var properties = new HashMap<String, String>();
    var inner = fields.object(PROPERTIES);
    int characters = 0;
    for (var entry : request.path(PROPERTIES).properties()) {
      var name = entry.getKey();
      if (name.isEmpty() || name.startsWith("$")) {
        inner.add(name, "is no name of a property", "begin it with another character than $");
      }
      var value = inner.required(name, "give the property a text").orElse("");
      characters += name.length() + value.length();
      properties.put(name, value);
    }
    if (characters > PROPERTY_CHARACTERS) {
      inner.add("", "are more than " + PROPERTY_CHARACTERS + " characters", "put some in the body");
    }
    return properties;
  }
}
