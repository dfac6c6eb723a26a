package dev.larder.agent.methods;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.json.Json;
import dev.larder.common.problem.Problem;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MethodReaderTest {
  private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");

  private static Asked read(String name, String payload) throws IOException {
    return MethodReader.read(name, Json.mapper().readTree(payload.replace('\'', '"')), NOW)
        .orThrow();
  }

  private static List<String> problems(String name, String payload) throws IOException {
    return MethodReader.read(name, Json.mapper().readTree(payload.replace('\'', '"')), NOW)
        .problems()
        .stream()
        .map(Problem::path)
        .toList();
  }

  @Test
  void pingTakesAnyPayload() throws IOException {
    for (var payload : List.of("null", "{}", "'hello'", "[1]")) {
      assertThat(read("ping", payload)).isEqualTo(new Asked.Ping());
    }
  }

  @Test
  void namesOfMethodsAndFieldsAreTakenInAnyCase() throws IOException {
    assertThat(read("restartmodule", "{'SCHEMAVERSION': '1.0', 'Id': 'cache'}"))
        .isEqualTo(new Asked.RestartModule("cache"));
    assertThat(read("GETSUPPORTBUNDLE", "{}")).isEqualTo(new Asked.GetSupportBundle());
  }

  @Test
  void logsAreReadAsIotEdgeDocumentsThem() throws IOException {
    var asked =
        (Asked.GetModuleLogs)
            read(
                "GetModuleLogs",
                """
                {'schemaVersion': '1.0', 'encoding': 'GZIP', 'contentType': 'json', 'items': [
                  {'id': 'edge', 'filter': {'tail': 10, 'since': '1h', 'until': 1764238000,
                                            'loglevel': 3, 'regex': 'fail'}},
                  {'id': 'ALL'}]}
                """);
    assertThat(asked.gzip()).isTrue();
    assertThat(asked.json()).isTrue();
    var first = asked.items().getFirst().filter();
    assertThat(first.tail()).isEqualTo(10);
    assertThat(first.since()).contains(NOW.minus(Duration.ofHours(1)));
    assertThat(first.until()).contains(Instant.ofEpochSecond(1_764_238_000));
    assertThat(first.level()).contains(3);
    assertThat(first.regex().orElseThrow().pattern().pattern()).isEqualTo("fail");
    var second = asked.items().get(1);
    assertThat(second.id()).isEmpty();
    assertThat(second.filter())
        .isEqualTo(
            new LogItem.Filter(
                MethodReader.USUAL_TAIL,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void anIdIsFoundAnywhereInAModulesNameWhateverItsCase() throws Exception {
    var asked =
        (Asked.GetModuleLogs)
            read("GetModuleLogs", "{'schemaVersion': '1.0', 'items': [{'id': 'EDGE'}]}");
    var item = asked.items().getFirst();
    assertThat(item.fits("edgeHub", new Search())).isTrue();
    assertThat(item.fits("my-edge", new Search())).isTrue();
    assertThat(item.fits("cache", new Search())).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "90m|2026-11-27T08:30:00Z",
        "1 day|2026-11-26T10:00:00Z",
        "2 days 3 hours 2 minutes|2026-11-25T06:58:00Z",
        "1d12h|2026-11-25T22:00:00Z",
        "2026-11-27T09:00:00Z|2026-11-27T09:00:00Z",
        "2026-11-27T10:30:00+01:30|2026-11-27T09:00:00Z",
        "1764237600|2025-11-27T10:00:00Z"
      })
  void timesAreHowLongAgoOrWhen(String text, Instant time) {
    assertThat(PastTime.read(text, NOW)).contains(time);
  }

  @ParameterizedTest
  @CsvSource({"''", "soon", "1 fortnight", "m90", "-5m", "2026-11-27", "99999999 d"})
  void whatIsNoTimeIsTold(String text) throws IOException {
    assertThat(PastTime.read(text, NOW)).isEmpty();
    assertThat(
            problems(
                "GetModuleLogs",
                "{'schemaVersion': '1.0', 'items': [{'id': 'a', 'filter': {'since': '"
                    + text
                    + "'}}]}"))
        .containsExactly("items[0].filter.since");
  }

  /** Each would take a core, or the memory, for good. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(?:^{2000000000}){2000000000}",
        "((((x{1000}){1000}){1000}){1000})",
        "(((((a{9}){9,9}){9}){9,}){9}){9}",
        "(a)\\\\1",
      })
  @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void expressionsThatAreTooMuchAreTold(String regex) throws IOException {
    assertThat(
            problems(
                "GetModuleLogs", "{'schemaVersion': '1.0', 'items': [{'id': '" + regex + "'}]}"))
        .containsExactly("items[0].id");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "error|warn",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}",
        "[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}",
      })
  void usualExpressionsAreTaken(String regex) throws IOException {
    assertThat(
            problems(
                "GetModuleLogs", "{'schemaVersion': '1.0', 'items': [{'id': '" + regex + "'}]}"))
        .isEmpty();
  }

  @Test
  void everyProblemIsNamedByItsField() throws IOException {
    assertThat(problems("RestartModule", "null")).containsExactly("schemaVersion", "id");
    assertThat(problems("RestartModule", "{'schemaVersion': '2.0', 'id': ' '}"))
        .containsExactly("schemaVersion", "id");
    assertThat(problems("RestartModule", "{'schemaVersion': '1.7', 'id': 'a'}")).isEmpty();
    assertThat(problems("GetSupportBundle", "{'schemaVersion': '0.9'}"))
        .containsExactly("schemaVersion");
    assertThat(problems("GetModuleLogs", "{'schemaVersion': '1.0', 'items': []}"))
        .containsExactly("items");
    assertThat(
            problems(
                "GetModuleLogs",
                """
                {'schemaVersion': '1.0', 'encoding': 'zip', 'contentType': 'xml', 'items': [
                  {'filter': {'tail': 0, 'loglevel': 9, 'regex': '('}}, {'id': '[', 'filter': 3}]}
                """))
        .containsExactly(
            "items[0].id",
            "items[0].filter.tail",
            "items[0].filter.loglevel",
            "items[0].filter.regex",
            "items[1].filter",
            "items[1].id",
            "encoding",
            "contentType");
  }

  @Test
  void anUnknownMethodIsToldWhichThereAre() {
    var problem = MethodReader.read("UploadModuleLogs", Json.object(), NOW).problems().getFirst();
    assertThat(problem.mend()).contains("ping", "RestartModule", "GetModuleLogs");
    var reply = Reply.invalid(List.of(problem));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.payload().path("message").asText()).contains("UploadModuleLogs");
    assertThat(reply.payload().at("/problems/0/path").asText()).isEqualTo("name");
  }
}
