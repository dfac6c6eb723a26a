package dev.larder.cache.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void thePauseDoublesUpToFiveMinutesAndEndsWithASuccess() {
    var backoff = new Backoff();
    long now = -7 * SECOND;
    assertThat(backoff.isOver(now)).isTrue();
    assertThat(backoff.failed(now)).isEqualTo(Duration.ofSeconds(5));
    assertThat(backoff.failed(now + 1)).as("of many at once").isEqualTo(Duration.ofSeconds(5));
    assertThat(backoff.isOver(now + 5 * SECOND - 1)).isFalse();
    for (int i = 0; i < 10; i++) {
      now += 300 * SECOND;
      assertThat(backoff.isOver(now)).isTrue();
      backoff.failed(now);
    }
    assertThat(backoff.failed(now)).isEqualTo(Duration.ofMinutes(5));
    backoff.succeeded();
    assertThat(backoff.isOver(now)).isTrue();
    assertThat(backoff.failed(now)).isEqualTo(Duration.ofSeconds(5));
  }
}
