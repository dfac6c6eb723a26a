package dev.larder.agent.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private int turns;

  @Test
  void aFaultDoesNotEndTheLoopAndAnInterruptDoes() throws Exception {
    var retry = new Retry(Duration.ofMillis(1), Duration.ofMillis(1));
    var loop = Thread.ofVirtual().start(() -> Turns.run(this::turn, retry));
    assertThat(loop.join(Duration.ofSeconds(20))).isTrue();
    assertThat(turns).isEqualTo(3);
  }

  private Duration turn() {
    if (++turns < 3) {
      throw new IllegalStateException("broken on purpose");
    }
    Thread.currentThread().interrupt();
    return Duration.ofHours(1);
  }
}
