package dev.larder.agent.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.check.Observation;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real threads. */
class ProbeIT {
  private static final Duration LIMIT = Duration.ofMillis(400);

  @Test
  @Timeout(10)
  void probeThatHangsIsNamedAndStopsNoOther() throws Exception {
    var never = new CountDownLatch(1);
    var fine = new Observation.Engine("20.10", "1.41", "1.12");
    var seen =
        Probe.run(
            List.of(
                new Probe("hangs", () -> hang(never)),
                new Probe("hangs-too", () -> hang(never)),
                new Probe("fine", () -> List.of(fine)),
                new Probe(
                    "breaks",
                    () -> {
                      throw new IOException("no such thing");
                    })),
            LIMIT);
    assertThat(seen.subList(0, 3))
        .containsExactly(
            new Observation.Unanswered("hangs", LIMIT),
            new Observation.Unanswered("hangs-too", LIMIT),
            fine);
    assertThat(seen.get(3))
        .isInstanceOfSatisfying(
            Observation.Broken.class,
            broken -> assertThat(broken.reason()).contains("no such thing"));
  }

  /** Deaf to interrupts, as a name server that does not answer is. */
  private static List<Observation> hang(CountDownLatch never) {
    var isOver = false;
    while (!isOver) {
      try {
        never.await();
        isOver = true;
      } catch (InterruptedException _) {
        // Waits on.
      }
    }
    return List.of();
  }
}
