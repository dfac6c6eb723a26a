package dev.larder.agent.converge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.TestDesired;
import dev.larder.agent.plan.Step;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.AgentDesired;
import dev.larder.common.manifest.AgentDesiredReader;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Steps while the agent hands over. */
@Timeout(60)
class WorkersTest {
  private static final AgentDesired MANIFEST =
      AgentDesiredReader.read(TestDesired.desired(), "").orThrow();
  private static final ModuleId ONE = ModuleId.of("one");
  private static final Step PULL = new Step.Pull(ONE, "image:1");
  private static final Step STOP = new Step.Stop(ONE, "c");
  private static final Step REMOVE = new Step.Remove(ONE, "c");

  private final LinkedBlockingQueue<Step> begun = new LinkedBlockingQueue<>();

  @Test
  void oneThatWasPlannedBeforeTheyStoodStillDoesNotBegin() throws Exception {
    try (var workers =
        new Workers((step, _, _) -> begun.add(step), InstantSource.system(), () -> {})) {
      assertThat(workers.standStill(Duration.ZERO)).isTrue();
      workers.begin(STOP, MANIFEST);
      workers.begin(PULL, MANIFEST);
      assertThat(workers.busy()).isEmpty();
      assertThat(workers.pulling()).isEmpty();
      workers.goOn();
      workers.begin(REMOVE, MANIFEST);
      assertThat(begun.take()).isEqualTo(REMOVE);
    }
    assertThat(begun).isEmpty();
  }

  @Test
  void oneThatIsUnderWayIsWaitedForAndAPullIsNot() throws Exception {
    var goOn = new CountDownLatch(1);
    try (var workers = new Workers((_, _, _) -> await(goOn), InstantSource.system(), () -> {})) {
      workers.begin(PULL, MANIFEST);
      assertThat(workers.standStill(Duration.ZERO)).isTrue();
      workers.goOn();
      workers.begin(STOP, MANIFEST);
      assertThat(workers.standStill(Duration.ZERO)).isFalse();
      goOn.countDown();
      assertThat(workers.standStill(Duration.ofMinutes(1))).isTrue();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
