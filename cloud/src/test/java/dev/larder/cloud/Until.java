package dev.larder.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what is to come. */
final class Until {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(2);

  private Until() {}

  /** Returns when it is so; fails when it is not within twenty seconds. */
  static void so(String what, Callable<Boolean> condition) throws Exception {
    var end = Instant.now().plus(LIMIT);
    boolean is = condition.call();
    while (!is && Instant.now().isBefore(end)) {
      LockSupport.parkNanos(PAUSE.toNanos());
      is = condition.call();
    }
    assertThat(is).as(what).isTrue();
  }
}
