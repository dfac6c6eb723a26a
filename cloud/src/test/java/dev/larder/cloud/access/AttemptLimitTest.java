package dev.larder.cloud.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class AttemptLimitTest {
  private static final Instant NOW = Instant.parse("2026-11-23T20:00:00Z");

  @Test
  void soManyAMinuteAndNoMore() {
    var limit = new AttemptLimit(2);
    limit.failed("a", NOW);
    assertThat(limit.allows("a", NOW)).isTrue();
    limit.failed("a", NOW.plusSeconds(30));
    assertThat(limit.allows("a", NOW.plusSeconds(59))).isFalse();
    assertThat(limit.allows("b", NOW)).isTrue();
    assertThat(limit.allows("a", NOW.plusSeconds(60))).isTrue();
  }

  @Test
  void itRemembersABoundedNumberOfKeys() {
    var limit = new AttemptLimit(1);
    limit.failed("first", NOW);
    for (int i = 0; i < 10_000; i++) {
      limit.failed("key " + i, NOW);
    }
    assertThat(limit.allows("first", NOW)).isTrue();
    assertThat(limit.allows("key 9999", NOW)).isFalse();
  }
}
