package dev.larder.cache.fresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.cache.fresh.Judgement.Fresh;
import dev.larder.cache.fresh.Judgement.Revalidate;
import dev.larder.cache.slice.ObjectMeta;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FreshnessTest {
  private static final Instant T = Instant.parse("2026-11-23T12:00:00Z");
  private static final Terms MONTH = new Terms(Optional.of(Duration.ofDays(30)));

  private static ObjectMeta meta(String... headers) {
    var map = new HashMap<String, String>();
    for (int i = 0; i < headers.length; i += 2) {
      map.put(headers[i], headers[i + 1]);
    }
    return new ObjectMeta(1, map, T);
  }

  private static Duration lifetime(ObjectMeta meta, Terms terms) {
    return Duration.between(T, Freshness.until(meta, terms));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s-maxage=5, max-age=60|PT5S",
        "max-age=60|PT1M",
        "max-age=60, no-cache|PT0S",
        "max-age=x|PT0S",
        "public|PT2M",
      })
  void theOriginSaysHowLong(String control, Duration expected) {
    assertThat(lifetime(meta("cache-control", control), Terms.ORIGINS)).isEqualTo(expected);
  }

  @Test
  void expiresCountsFromTheDateAndAfterMaxAge() {
    var expires =
        meta(
            "date",
            HttpDate.write(T.plusSeconds(100)),
            "expires",
            HttpDate.write(T.plusSeconds(160)));

    assertThat(lifetime(expires, Terms.ORIGINS)).isEqualTo(Duration.ofSeconds(60));
    assertThat(lifetime(meta("expires", "0"), Terms.ORIGINS)).isZero();
    assertThat(lifetime(meta("expires", HttpDate.write(T.minusSeconds(9))), Terms.ORIGINS))
        .isZero();
    assertThat(lifetime(meta("cache-control", "max-age=7", "expires", "0"), Terms.ORIGINS))
        .isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void withoutAWordATenthOfItsAgeCountsAtMostADay() {
    assertThat(lifetime(modified(Duration.ofHours(10)), Terms.ORIGINS))
        .isEqualTo(Duration.ofHours(1));
    assertThat(lifetime(modified(Duration.ofDays(900)), Terms.ORIGINS))
        .isEqualTo(Duration.ofDays(1));
    assertThat(lifetime(modified(Duration.ofHours(-1)), Terms.ORIGINS)).isEqualTo(Freshness.UNSAID);
  }

  private static ObjectMeta modified(Duration ago) {
    return meta("last-modified", HttpDate.write(T.minus(ago)));
  }

  @Test
  void termsKeepLongerThanTheOriginSaysButForNoCache() {
    assertThat(lifetime(meta("cache-control", "max-age=60"), MONTH)).isEqualTo(Duration.ofDays(30));
    assertThat(lifetime(meta("cache-control", "max-age=31536000"), MONTH))
        .isEqualTo(Duration.ofDays(365));
    assertThat(lifetime(meta("cache-control", "no-cache"), MONTH)).isZero();
    assertThat(lifetime(meta("expires", "0"), MONTH)).isEqualTo(Duration.ofDays(30));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // control | seconds after it became stale | meanwhile | on error
        "max-age=60|1|false|true",
        "max-age=60|2592001|false|false",
        "max-age=60, stale-while-revalidate=30|29|true|true",
        "max-age=60, stale-while-revalidate=30|30|false|true",
        "max-age=60, stale-if-error=10|9|false|true",
        "max-age=60, stale-if-error=10|10|false|false",
        "max-age=60, stale-if-error=0|1|false|false",
        "max-age=60, must-revalidate, stale-if-error=99|1|false|false",
        "max-age=60, proxy-revalidate|1|false|false",
        "s-maxage=60|1|false|false",
        "s-maxage=60, stale-while-revalidate=30, stale-if-error=30|1|true|true",
      })
  void whatIsStaleMayBeServedAsTheOriginSays(
      String control, long after, boolean meanwhile, boolean onError) {
    var now = T.plusSeconds(60 + after);

    assertThat(Freshness.judge(meta("cache-control", control), Terms.ORIGINS, now))
        .isEqualTo(new Revalidate(meanwhile, onError));
  }

  @Test
  void whatIsKeptForLongIsServedMeanwhile() {
    var now = T.plus(Duration.ofDays(30)).plusSeconds(1);

    assertThat(Freshness.judge(meta(), MONTH, now)).isEqualTo(new Revalidate(true, true));
    assertThat(Freshness.judge(meta("cache-control", "no-cache"), MONTH, T))
        .isEqualTo(new Revalidate(false, false));
  }

  @Test
  void ageIsTheLargerOfWhatTheClockAndTheHeaderSay() {
    var asked = T.minusSeconds(2);
    var date = HttpDate.write(T.minusSeconds(30));

    assertThat(Freshness.receivedAt(asked, T, date, "")).isEqualTo(T.minusSeconds(30));
    assertThat(Freshness.receivedAt(asked, T, date, "100")).isEqualTo(T.minusSeconds(102));
    assertThat(Freshness.receivedAt(asked, T, "", "7, 9")).isEqualTo(T.minusSeconds(9));
    assertThat(Freshness.receivedAt(asked, T, HttpDate.write(T.plusSeconds(500)), "x"))
        .isEqualTo(asked);
    assertThat(Freshness.age(meta(), T.minusSeconds(5))).isZero();
  }

  @Test
  void onceStaleItStaysStaleAndAllowancesOnlyEnd() {
    long seed = 20261125;
    var random = new Random(seed);
    var parts =
        new String[] {
          "max-age=",
          "s-maxage=",
          "stale-if-error=",
          "stale-while-revalidate=",
          "no-cache",
          "must-revalidate",
          "proxy-revalidate",
          "public"
        };
    for (int i = 0; i < 20_000; i++) {
      var control = new StringBuilder();
      for (int n = random.nextInt(4); n > 0; n--) {
        var part = parts[random.nextInt(parts.length)];
        control.append(part).append(part.endsWith("=") ? random.nextInt(100) : "").append(", ");
      }
      var meta = new ObjectMeta(1, Map.of("cache-control", control.toString()), T);
      var terms =
          random.nextBoolean() ? Terms.ORIGINS : new Terms(Optional.of(Duration.ofSeconds(50)));
      int rank = 3;
      for (int second = 0; second < 300; second += 1 + random.nextInt(20)) {
        int now =
            switch (Freshness.judge(meta, terms, T.plusSeconds(second))) {
              case Fresh(var age) -> {
                assertThat(age.toSeconds()).isEqualTo(second);
                yield 3;
              }
              case Revalidate(boolean meanwhile, boolean onError) ->
                  (meanwhile ? 1 : 0) + (onError ? 1 : 0);
            };
        assertThat(now).as("seed %s control %s", seed, control).isLessThanOrEqualTo(rank);
        rank = now;
      }
    }
  }

  @Test
  void datesAreReadInTheirThreeForms() {
    var instant = Instant.parse("1994-11-06T08:49:37Z");

    assertThat(HttpDate.parse("Sun, 06 Nov 1994 08:49:37 GMT")).contains(instant);
    assertThat(HttpDate.parse("Sunday, 06-Nov-94 08:49:37 GMT")).contains(instant);
    assertThat(HttpDate.parse("Sun Nov  6 08:49:37 1994")).contains(instant);
    assertThat(HttpDate.parse("yesterday")).isEmpty();
    assertThat(HttpDate.parse(HttpDate.write(T))).contains(T);
  }
}
