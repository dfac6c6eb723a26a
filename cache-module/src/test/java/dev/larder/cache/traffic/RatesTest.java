package dev.larder.cache.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.traffic.TrafficMessage.Counts;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RatesTest {
  private final Rates rates = new Rates();

  private void at(long seconds, long sent) {
    rates.sample(TimeUnit.SECONDS.toNanos(seconds), new Counts(sent, 0, sent, sent, sent / 2));
  }

  @Test
  void aFirstSampleSaysNothing() {
    at(0, 100);
    assertThat(rates.now().overSeconds()).isZero();
  }

  @Test
  void theMeanIsOverTheTimeThereWas() {
    at(0, 0);
    at(10, 100);
    assertThat(rates.now()).isEqualTo(new Rates.PerSecond(10, 10, 5, 20));
  }

  @Test
  void whatWasMoreThanAMinuteAgoCountsNoMore() {
    for (int i = 0; i <= 40; i++) {
      at(5L * i, i < 20 ? i * 1_000L : 19_000);
    }
    assertThat(rates.now()).isEqualTo(new Rates.PerSecond(60, 0, 0, 0));
  }

  @Test
  void resultsAreReadFromAnswers() {
    assertThat(Result.of(200, "hit")).isEqualTo(Result.HIT);
    assertThat(Result.of(206, "partial")).isEqualTo(Result.PARTIAL);
    assertThat(Result.of(200, "bypass; no-store")).isEqualTo(Result.BYPASS);
    assertThat(Result.of(304, "revalidated")).isEqualTo(Result.REVALIDATED);
    assertThat(Result.of(502, "miss")).isEqualTo(Result.ERROR);
  }
}
