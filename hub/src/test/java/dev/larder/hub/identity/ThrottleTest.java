package dev.larder.hub.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ThrottleTest {
  private static final String HERE = "192.0.2.1";
  private static final String THERE = "192.0.2.2";
  private static final Throttle.Turn AT_ONCE = new Throttle.Wait(Duration.ZERO);

  private final Throttle throttle = new Throttle();
  private Instant now = Instant.parse("2026-05-05T12:00:00Z");

  private Duration fail(String address, String clientId) {
    return throttle.failed(address, clientId, Why.WRONG_KEY, now);
  }

  private void failAfterEachAnswer(String clientId, int times) {
    for (int i = 0; i < times; i++) {
      now = now.plus(fail(HERE, clientId));
    }
  }

  @Test
  void afterThreeFailuresAnswersWaitEverLonger() {
    var waits = new ArrayList<Long>();
    for (int i = 0; i < 12; i++) {
      var wait = fail(HERE, "press");
      waits.add(wait.toMillis());
      now = now.plus(wait);
    }
    assertThat(waits)
        .containsExactly(
            0L, 0L, 0L, 250L, 500L, 1_000L, 2_000L, 4_000L, 8_000L, 10_000L, 10_000L, 10_000L);
    assertThat(throttle.failures()).containsOnly(Map.entry(Why.WRONG_KEY, 12L));
  }

  @Test
  void theNextTryWaitsUntilTheLastAnswerIsOut() {
    failAfterEachAnswer("press", 5);
    assertThat(fail(HERE, "press")).isEqualTo(Duration.ofSeconds(1));
    assertThat(throttle.arrived(HERE, "press", now.plusMillis(400)))
        .isEqualTo(new Throttle.Wait(Duration.ofMillis(600)));
    assertThat(throttle.arrived(HERE, "press", now.plusMillis(1_000))).isEqualTo(AT_ONCE);
  }

  @Test
  void anotherClientAndAnotherAddressDoNotWait() {
    failAfterEachAnswer("press", 10);
    fail(HERE, "press");
    assertThat(throttle.arrived(HERE, "cache", now)).isEqualTo(AT_ONCE);
    assertThat(fail(HERE, "cache")).isZero();
    assertThat(throttle.arrived(THERE, "press", now)).isEqualTo(AT_ONCE);
    assertThat(fail(THERE, "press")).isZero();
  }

  @Test
  void successForgetsTheClientsFailures() {
    failAfterEachAnswer("press", 10);
    fail(HERE, "press");
    throttle.succeeded(HERE, "press");
    assertThat(throttle.arrived(HERE, "press", now)).isEqualTo(AT_ONCE);
    assertThat(fail(HERE, "press")).isZero();
    assertThat(throttle.failures()).containsEntry(Why.WRONG_KEY, 12L);
  }

  @Test
  void timeForgetsThem() {
    failAfterEachAnswer("press", 10);
    now = now.plus(Throttle.WINDOW).minus(Throttle.LAST_DELAY);
    assertThat(fail(HERE, "press")).isEqualTo(Throttle.LAST_DELAY);
    now = now.plus(Throttle.WINDOW).plusMillis(1);
    assertThat(fail(HERE, "press")).isZero();
  }

  @Test
  void whoFailsUnderEverNewNamesComesToTheAddresssCeiling() {
    for (int i = 0; i < Throttle.FREE_OF_ADDRESS; i++) {
      assertThat(fail(HERE, "guess" + i)).isZero();
    }
    assertThat(fail(HERE, "one more")).isEqualTo(Throttle.FIRST_DELAY);
    assertThat(fail(HERE, "and one")).isEqualTo(Throttle.FIRST_DELAY.multipliedBy(2));
    assertThat(throttle.arrived(HERE, "good", now)).isEqualTo(AT_ONCE);
    assertThat(fail(THERE, "guess")).isZero();
  }

  @Test
  void onlySoManyOfAnAddressWait() {
    failAfterEachAnswer("press", 9);
    assertThat(fail(HERE, "press")).isEqualTo(Throttle.LAST_DELAY);
    for (int i = 1; i < Throttle.WAITING_MAXIMUM; i++) {
      assertThat(throttle.arrived(HERE, "press", now))
          .isEqualTo(new Throttle.Wait(Throttle.LAST_DELAY));
    }
    assertThat(throttle.arrived(HERE, "press", now)).isEqualTo(new Throttle.Refuse());
    assertThat(throttle.refused()).isEqualTo(1);
    assertThat(throttle.arrived(HERE, "good", now)).isEqualTo(AT_ONCE);
    now = now.plus(Throttle.LAST_DELAY);
    assertThat(throttle.arrived(HERE, "press", now)).isEqualTo(AT_ONCE);
    assertThat(fail(HERE, "press")).isEqualTo(Throttle.LAST_DELAY);
  }

  @Test
  void aClockSetBackLocksNoOneOut() {
    failAfterEachAnswer("press", 12);
    fail(HERE, "press");
    now = now.minus(Duration.ofDays(1));
    assertThat(throttle.arrived(HERE, "press", now)).isEqualTo(AT_ONCE);
    assertThat(fail(HERE, "press")).isEqualTo(Throttle.LAST_DELAY);
  }

  @Test
  void memoryIsBounded() {
    for (int i = 0; i < 3 * Throttle.REMEMBERED; i++) {
      fail("198.51.100." + i, "x".repeat(60_000));
    }
    assertThat(throttle.remembered()).isEqualTo(2 * Throttle.REMEMBERED);
  }

  /** Whatever the bad ones do, no wait is longer than the longest, and the good one has none. */
  @Test
  void aGoodClientNeverWaits() {
    Seeds.run(50, ThrottleTest::play);
  }

  private record Check(Instant at, String clientId) {}

  private static void play(Random random) {
    var played = new Throttle();
    var time = Instant.EPOCH;
    var checks = new PriorityQueue<>(Comparator.comparing(Check::at));
    for (int i = 0; i < 2_000; i++) {
      time = time.plusMillis(random.nextInt(300));
      for (var due = checks.peek(); due != null && !due.at().isAfter(time); due = checks.peek()) {
        assertThat(played.failed(HERE, checks.remove().clientId(), Why.WRONG_KEY, due.at()))
            .isBetween(Duration.ZERO, Throttle.LAST_DELAY);
      }
      var bad = "bad" + random.nextInt(1 + random.nextInt(40));
      if (played.arrived(HERE, bad, time) instanceof Throttle.Wait(var wait)) {
        assertThat(wait).isBetween(Duration.ZERO, Throttle.LAST_DELAY);
        checks.add(new Check(time.plus(wait), bad));
      }
      assertThat(played.arrived(HERE, "good", time)).isEqualTo(AT_ONCE);
      played.succeeded(HERE, "good");
    }
    assertThat(played.refused()).isPositive();
  }
}
