package dev.larder.common.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageBodyTest {
  @ParameterizedTest
  @CsvSource({
    "application/json, utf-8, true",
    "Application/JSON, UTF-8, true",
    "application/json, utf-16, true",
    "application/json, utf-32, true",
    "application/json, ascii, false",
    "application/json, , false",
    "text/plain, utf-8, false",
    ", utf-8, false",
  })
  void theBodyIsReadByItsContentTypeAndEncoding(String type, String encoding, boolean read) {
    var charset =
        Map.of("utf-16", StandardCharsets.UTF_16LE, "utf-32", StandardCharsets.UTF_32LE)
            .getOrDefault(encoding == null ? "" : encoding, StandardCharsets.UTF_8);
    assertThat(
            body(Optional.ofNullable(type), Optional.ofNullable(encoding), "{\"a\":\"é\"}", charset)
                .path("a")
                .asText())
        .isEqualTo(read ? "é" : "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[1]", "5", "{\"a\":", "{} x", "null"})
  void whatIsNoJsonObjectIsMissing(String text) {
    assertThat(
            body(
                    Optional.of("application/json"),
                    Optional.of("utf-8"),
                    text,
                    StandardCharsets.UTF_8)
                .isMissingNode())
        .isTrue();
  }

  private static JsonNode body(
      Optional<String> type, Optional<String> encoding, String text, Charset as) {
    return MessageBody.read(type, encoding, text.getBytes(as));
  }
}
