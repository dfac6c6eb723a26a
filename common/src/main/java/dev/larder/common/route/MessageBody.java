package dev.larder.common.route;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * The body that conditions see. IoT Hub's rule: a JSON object whose content type is {@code
 * application/json} and whose content encoding is {@code utf-8}, {@code utf-16} or {@code utf-32};
 * any other body is undefined.
 */
public final class MessageBody {
  private static final String JSON = "application/json";

  /** A field given twice is no reason to lose a message's route; the last one counts. */
  private static final ObjectReader READER =
      Json.mapper().reader().without(StreamReadFeature.STRICT_DUPLICATE_DETECTION);

  private MessageBody() {}

  /** The body as JSON; a missing node when it is undefined. Never throws. */
  public static JsonNode read(
      Optional<String> contentType, Optional<String> contentEncoding, byte[] bytes) {
    if (!contentType.map(JSON::equalsIgnoreCase).orElse(false)) {
      return MissingNode.getInstance();
    }
    return contentEncoding
        .flatMap(MessageBody::charset)
        .map(charset -> parse(charset, bytes))
        .orElse(MissingNode.getInstance());
  }

  private static Optional<Charset> charset(String encoding) {
    return switch (encoding.toLowerCase(Locale.ROOT)) {
      case "utf-8" -> Optional.of(StandardCharsets.UTF_8);
      case "utf-16" -> Optional.of(StandardCharsets.UTF_16LE);
      case "utf-32" -> Optional.of(StandardCharsets.UTF_32LE);
      default -> Optional.empty();
    };
  }

  private static JsonNode parse(Charset charset, byte[] bytes) {
    try {
      var node =
          charset.equals(StandardCharsets.UTF_8)
              ? READER.readTree(bytes)
              : READER.readTree(new String(bytes, charset));
      return node.isObject() ? node : MissingNode.getInstance();
    } catch (IOException _) {
      return MissingNode.getInstance();
    }
  }
}
