package dev.larder.agent.handover;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How long a new agent waits for the modules' pulls. */
class PullWaitTest {
  private final AtomicBoolean pulling = new AtomicBoolean(true);
  private final AtomicLong nanos = new AtomicLong(-5);
  private final PullWait wait = new PullWait(pulling::get, nanos::get);

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void endsWithThePulls() {
    assertThat(wait.goesOn("agent:2")).isTrue();
    pulling.set(false);
    assertThat(wait.goesOn("agent:2")).isFalse();
  }

  @Test
  void isTwoHoursForAnImageHoweverOftenItIsAskedFor() {
    for (int minutes = 0; minutes < 120; minutes++) {
      assertThat(wait.goesOn("agent:2")).isTrue();
      pass(Duration.ofMinutes(1));
    }
    assertThat(wait.goesOn("agent:2")).isFalse();
  }

  @Test
  void beginsAnewForAnotherImageAndAfterItsEnd() {
    assertThat(wait.goesOn("agent:2")).isTrue();
    pass(PullWait.LONGEST);
    assertThat(wait.goesOn("agent:3")).isTrue();
    pass(PullWait.LONGEST);
    wait.end();
    assertThat(wait.goesOn("agent:3")).isTrue();
  }
}
