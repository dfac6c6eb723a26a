package dev.larder.cloud.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Checked;
import dev.larder.common.topic.DeviceboundEnvelope;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceMessageTest {
  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

  private static Checked<DeviceboundEnvelope> read(String request) throws JsonProcessingException {
    var document = Json.mapper().readValue(request.replace('\'', '"'), ObjectNode.class);
    return DeviceMessage.read(document, NOW, "made");
  }

  private static String sent(String request) throws JsonProcessingException {
    return new String(read(request).orThrow().payload(), UTF_8);
  }

  @Test
  void aTextIsSentAsItIsAndJsonAsItIsWritten() throws JsonProcessingException {
    assertThat(sent("{'body': 'hé {'}")).isEqualTo("hé {");
    assertThat(sent("{'body': {'a': [1, null]}}")).isEqualTo("{\"a\":[1,null]}");
    assertThat(sent("{'body': false}")).isEqualTo("false");
    assertThat(sent("{'body': ''}")).isEmpty();
    assertThat(read("{'bodyBase64': 'AP8='}").orThrow().payload()).containsExactly(0, -1);
  }

  @Test
  void whatNamesAndBoundsAMessageIsTaken() throws JsonProcessingException {
    var message =
        read("""
        {'body': 1, 'messageId': 'm-1', 'correlationId': 'order 7', 'expiresIn': 'PT1H',
         'properties': {'unit': 'rpm', 'empty': ''}}
        """)
            .orThrow();
    assertThat(message.messageId()).isEqualTo("m-1");
    assertThat(message.at()).isEqualTo(NOW);
    assertThat(message.expiry()).contains(NOW.plusSeconds(3600));
    assertThat(message.properties())
        .isEqualTo(
            Map.of("unit", "rpm", "empty", "", DeviceboundEnvelope.CORRELATION_ID, "order 7"));
    var bare = read("{'body': 1}").orThrow();
    assertThat(bare.messageId()).isEqualTo("made");
    assertThat(bare.expiry()).isEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|body",
        "{'body': null}|body",
        "{'body': 1, 'bodyBase64': 'AA=='}|body",
        "{'bodyBase64': 'A'}|bodyBase64",
        "{'bodyBase64': 7}|bodyBase64",
        "{'body': 1, 'messageId': 'a/b'}|messageId",
        "{'body': 1, 'messageId': ''}|messageId",
        "{'body': 1, 'correlationId': ''}|correlationId",
        "{'body': 1, 'expiresIn': 'PT0S'}|expiresIn",
        "{'body': 1, 'expiresIn': 'soon'}|expiresIn",
        "{'body': 1, 'properties': {'$.mid': 'x'}}|properties.$.mid",
        "{'body': 1, 'properties': {'n': 7}}|properties.n",
        "{'body': 1, 'properties': []}|properties",
        "{'body': 1, 'to': 'x'}|to"
      })
  void whatIsWrongIsNamedByItsField(String request, String path) throws JsonProcessingException {
    assertThat(read(request).problems())
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.path()).isEqualTo(path);
          assertThat(problem.mend()).isNotBlank();
        });
  }

  @Test
  void whatIsTooLongIsRefused() throws JsonProcessingException {
    var body = "x".repeat(DeviceboundEnvelope.LARGEST_PAYLOAD_BYTES);
    assertThat(sent("{'body': '" + body + "'}")).hasSize(body.length());
    assertThat(read("{'body': '" + body + "é'}").problems().getFirst().path()).isEqualTo("body");
    assertThat(
            read("{'body': 1, 'properties': {'p': '" + "x".repeat(4096) + "'}}")
                .problems()
                .getFirst()
                .path())
        .isEqualTo("properties");
  }
}
