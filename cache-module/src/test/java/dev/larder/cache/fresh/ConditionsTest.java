package dev.larder.cache.fresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.cache.fresh.Conditions.Outcome;
import dev.larder.cache.slice.ObjectMeta;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionsTest {
  private static final String BEFORE = "Sun, 06 Nov 1994 08:49:36 GMT";
  private static final String THEN = "Sun, 06 Nov 1994 08:49:37 GMT";

  private static ObjectMeta meta(String etag) {
    return new ObjectMeta(1, Map.of("etag", etag, "last-modified", THEN), Instant.EPOCH);
  }

  private static Outcome outcome(
      String match, String unmodified, String noneMatch, String modified, ObjectMeta meta) {
    return new Conditions(match, unmodified, noneMatch, modified, "").of(meta);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "\"a\"|\"a\"|NOT_MODIFIED",
        "W/\"a\"|\"a\"|NOT_MODIFIED",
        "\"a\"|W/\"a\"|NOT_MODIFIED",
        "\"x\", \"y,z\" ,W/\"a\"|\"a\"|NOT_MODIFIED",
        "\"y,z\"|\"y,z\"|NOT_MODIFIED",
        "*|\"a\"|NOT_MODIFIED",
        "\"b\"|\"a\"|PROCEED",
        "a|\"a\"|PROCEED",
        "\"a|\"a\"|PROCEED",
        ",,|\"a\"|PROCEED"
      })
  void ifNoneMatchComparesWeakly(String header, String etag, Outcome expected) {
    assertThat(outcome("", "", header, "", meta(etag))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "\"a\"|\"a\"|PROCEED",
        "\"x\",\"a\"|\"a\"|PROCEED",
        "*|\"a\"|PROCEED",
        "W/\"a\"|\"a\"|FAILED",
        "W/\"a\"|W/\"a\"|FAILED",
        "\"b\"|\"a\"|FAILED"
      })
  void ifMatchComparesStrongly(String header, String etag, Outcome expected) {
    assertThat(outcome(header, "", "", "", meta(etag))).isEqualTo(expected);
  }

  @Test
  void datesCountWhereThereIsNoTag() {
    var meta = meta("\"a\"");

    assertThat(outcome("", "", "", THEN, meta)).isEqualTo(Outcome.NOT_MODIFIED);
    assertThat(outcome("", "", "", BEFORE, meta)).isEqualTo(Outcome.PROCEED);
    assertThat(outcome("", "", "", "no date", meta)).isEqualTo(Outcome.PROCEED);
    assertThat(outcome("", "", "\"b\"", THEN, meta)).isEqualTo(Outcome.PROCEED);
    assertThat(outcome("", BEFORE, "", "", meta)).isEqualTo(Outcome.FAILED);
    assertThat(outcome("", THEN, "", "", meta)).isEqualTo(Outcome.PROCEED);
    assertThat(outcome("\"a\"", BEFORE, "", "", meta)).isEqualTo(Outcome.PROCEED);
    assertThat(outcome("\"b\"", "", "\"a\"", "", meta)).isEqualTo(Outcome.FAILED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "\"a\"|\"a\"|true",
        "\"b\"|\"a\"|false",
        "W/\"a\"|W/\"a\"|false",
        THEN + "|\"a\"|true",
        "Sunday, 06-Nov-94 08:49:37 GMT|\"a\"|true",
        BEFORE + "|\"a\"|false",
        "nonsense|\"a\"|false"
      })
  void ifRangeNamesTheVeryObject(String ifRange, String etag, boolean counts) {
    assertThat(new Conditions("", "", "", "", ifRange).letRangeCount(meta(etag))).isEqualTo(counts);
    assertThat(Conditions.NONE.letRangeCount(meta(etag))).isTrue();
  }

  @Test
  void anyTextHasAnOutcome() {
    long seed = 20261126;
    var random = new Random(seed);
    var alphabet = "W/\"a,* \\b";
    for (int i = 0; i < 100_000; i++) {
      var text = new StringBuilder();
      for (int n = random.nextInt(12); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      var tags = text.toString();
      assertThat(outcome("", "", tags, "", meta("\"a\""))).as("%s %s", seed, tags).isNotNull();
      assertThat(outcome(tags, "", "", "", meta("\"a\""))).as("%s %s", seed, tags).isNotNull();
    }
  }
}
