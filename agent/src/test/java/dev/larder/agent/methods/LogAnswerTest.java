package dev.larder.agent.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LogAnswerTest {
  private static final LogAnswer.Origin ORIGIN = new LogAnswer.Origin("cloud.example", "node-1");
  private static final String LOG =
      """
      stdout 2026-11-27T10:00:00.123456789Z <6> 2026-11-27 09:59:59.500 +00:00 [INF] started
      stderr 2026-11-27T10:00:01.5Z <3> it failed
      stdout 2026-11-27T10:00:02Z plain
      stdout 2026-11-27T10:00:03Z\s
      """;

  private static Expression expression(String regex) {
    return Expression.read(regex, "items[0].filter.regex", false).orThrow();
  }

  private static LogItem item(Optional<Integer> level, String regex) {
    return new LogItem(
        Optional.empty(),
        new LogItem.Filter(
            100,
            Optional.empty(),
            Optional.empty(),
            level,
            regex.isEmpty() ? Optional.empty() : Optional.of(expression(regex))));
  }

  private static Asked.GetModuleLogs asked(boolean gzip, boolean json) {
    return new Asked.GetModuleLogs(List.of(), gzip, json);
  }

  private static JsonNode answer(Asked.GetModuleLogs asked, LogItem item, String log)
      throws TooHardException {
    var answer = new LogAnswer(asked, ORIGIN, new Search(), 1);
    answer.add("one", item, log, false);
    var reply = answer.reply();
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.payload()).hasSize(1);
    return reply.payload().get(0);
  }

  private static String unzipped(JsonNode entry) throws IOException {
    var bytes = Base64.getDecoder().decode(entry.path("payloadBytes").asText());
    return new String(
        new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes(),
        StandardCharsets.UTF_8);
  }

  @Test
  void textIsWhatTheModuleWrote() throws Exception {
    var entry = answer(asked(false, false), item(Optional.empty(), ""), LOG);
    assertThat(entry.path("id").asText()).isEqualTo("one");
    assertThat(entry.path("payload").asText())
        .isEqualTo(
            """
            <6> 2026-11-27 09:59:59.500 +00:00 [INF] started
            <3> it failed
            plain

            """);
    assertThat(entry.has("truncated")).isFalse();
    assertThat(entry.has("payloadBytes")).isFalse();
  }

  @Test
  void objectsAreIotEdges() throws Exception {
    var entry = answer(asked(true, true), item(Optional.empty(), ""), LOG);
    assertThat(entry.has("payload")).isFalse();
    var lines = Json.mapper().readTree(unzipped(entry));
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0))
        .isEqualTo(
            Json.object()
                .put("iothub", "cloud.example")
                .put("device", "node-1")
                .put("id", "one")
                .put("stream", "stdout")
                .put("loglevel", 6)
                .put("text", "[INF] started")
                .put("timestamp", "2026-11-27T09:59:59.500Z"));
    assertThat(lines.get(1).path("stream").asText()).isEqualTo("stderr");
    assertThat(lines.get(1).path("loglevel").asInt()).isEqualTo(3);
    assertThat(lines.get(1).path("timestamp").asText()).isEqualTo("2026-11-27T10:00:01.500Z");
    assertThat(lines.get(2).path("text").asText()).isEqualTo("plain");
  }

  @Test
  void filtersLookAtTheLinesText() throws Exception {
    var plain = asked(false, false);
    assertThat(answer(plain, item(Optional.of(3), ""), LOG).path("payload").asText())
        .isEqualTo("<3> it failed\n");
    assertThat(answer(plain, item(Optional.empty(), "^(plain|it)"), LOG).path("payload").asText())
        .isEqualTo("<3> it failed\nplain\n");
    assertThat(answer(plain, item(Optional.empty(), "stderr|2026"), LOG).path("payload").asText())
        .isEmpty();
  }

  @Test
  void aLineWithoutALabelIsTextAllTheSame() throws Exception {
    var lines =
        Json.mapper()
            .readTree(
                answer(asked(false, true), item(Optional.empty(), ""), "(removed) end\n")
                    .path("payload")
                    .asText());
    assertThat(lines.get(0).path("text").asText()).isEqualTo("(removed) end");
    assertThat(lines.get(0).has("timestamp")).isFalse();
  }

  @Test
  void whatIsTooLongLosesItsOldestLinesAndSaysSo() throws Exception {
    var random = new Random(7);
    var log = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      log.append("stdout ").append(Instant.EPOCH.plusSeconds(i)).append(" \"line\" ").append(i);
      log.append(' ').append(Long.toHexString(random.nextLong())).append('\n');
    }
    for (var asked :
        List.of(asked(false, false), asked(false, true), asked(true, false), asked(true, true))) {
      var answer = new LogAnswer(asked, ORIGIN, new Search(), 2);
      answer.add("short", item(Optional.empty(), ""), LOG, false);
      answer.add("long", item(Optional.empty(), ""), log.toString(), false);
      var payload = answer.reply().payload();
      assertThat(Json.writeBytes(payload).length)
          .isBetween(LogAnswer.LIMIT_BYTES / 2, LogAnswer.LIMIT_BYTES);
      assertThat(payload.get(0).has("truncated")).isFalse();
      assertThat(payload.get(1).path("truncated").asBoolean()).isTrue();
      var text = asked.gzip() ? unzipped(payload.get(1)) : payload.get(1).path("payload").asText();
      assertThat(text).contains("line").contains(" 19999 ").doesNotContain(" 0 ");
    }
  }

  @Test
  void aLogThatCameCutSaysSo() throws Exception {
    var answer = new LogAnswer(asked(false, false), ORIGIN, new Search(), 1);
    answer.add("one", item(Optional.empty(), ""), LOG, true);
    assertThat(answer.reply().payload().at("/0/truncated").asBoolean()).isTrue();
  }

  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aHardExpressionTakesNoTimeOrStackWithoutEnd() throws Exception {
    var line = "stdout 2026-11-27T10:00:02Z " + "a".repeat(100_000) + "!\n";
    for (var hard : List.of("a*a*a*b", "(a|b)*c", "(a*)*b")) {
      var entry = answer(asked(false, false), item(Optional.empty(), hard), line);
      assertThat(entry.path("payload").asText()).isEmpty();
    }
  }

  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void allSearchesOfARequestCountTogether() throws Exception {
    var answer = new LogAnswer(asked(false, false), ORIGIN, new Search(), 50);
    var item = item(Optional.empty(), "(x{20}y?){20}");
    var log = ("stdout 2026-11-27T10:00:02Z " + "a".repeat(1000) + "\n").repeat(100);
    answer.add("one", item, log, false);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 50; i++) {
                answer.add("more", item, log, false);
              }
            })
        .isInstanceOfSatisfying(
            TooHardException.class,
            e -> assertThat(e.problem().path()).isEqualTo("items[0].filter.regex"));
  }
}
