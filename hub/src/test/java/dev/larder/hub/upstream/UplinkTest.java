package dev.larder.hub.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.log.Log;
import dev.larder.hub.log.LogBounds;
import dev.larder.hub.log.MessageQueue;
import dev.larder.hub.log.SimShell;
import dev.larder.hub.message.Kept;
import dev.larder.hub.message.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the uplink decides: turns, window, budget, watchdog. */
final class UplinkTest {
  private static final Payload NOTHING = Payload.of(new byte[0]);

  private final SimShell shell =
      new SimShell(
          new Random(1),
          new LogBounds(4 << 20, LogBounds.Overflow.REFUSE, 1 << 20, 100_000, 64 << 10));
  private final Log log = shell.log;
  private final List<MessageQueue> queues =
      IntStream.range(0, 10).mapToObj(p -> log.open("upstream/" + p, p, true)).toList();

  private void append(int priority, int count) {
    for (int i = 0; i < count; i++) {
      var message =
          new Kept("m", 0, Kept.NEVER, "t", 1, Kept.Retain.NO, NOTHING, Payload.of(new byte[100]));
      assertThat(log.append(message, new MessageQueue[] {queues.get(priority)}, 1, 0)).isPositive();
    }
    shell.settle(0);
  }

  private static List<Integer> priorities(List<Uplink.Output> outputs) {
    var found = new ArrayList<Integer>();
    for (var output : outputs) {
      if (output instanceof Uplink.Output.SendTelemetry send) {
        found.add(send.priority());
      }
    }
    return found;
  }

  @Test
  void aHigherPriorityComesTwiceAsOftenAndNoneStarves() {
    shell.settle(0);
    append(0, 200);
    append(1, 200);
    append(9, 200);
    var uplink = new Uplink(queues, 150);
    var sent = priorities(uplink.connected(log.committedSequence(), 0));
    assertThat(sent).hasSize(150);
    long first = sent.stream().filter(p -> p == 0).count();
    long second = sent.stream().filter(p -> p == 1).count();
    assertThat(first).isBetween(2 * second - 3, 2 * second + 3);
    assertThat(sent).contains(9);
  }

  @Test
  void sendsNothingThatIsNotOnDisk() {
    shell.settle(0);
    append(0, 3);
    long committed = log.committedSequence();
    var late =
        new Kept("m", 0, Kept.NEVER, "t", 1, Kept.Retain.NO, NOTHING, Payload.of(new byte[1]));
    log.append(late, new MessageQueue[] {queues.getFirst()}, 1, 0);
    var uplink = new Uplink(queues, 10);
    assertThat(priorities(uplink.connected(committed, 0))).hasSize(3);
    assertThat(priorities(uplink.wake(committed + 1, 0))).hasSize(1);
  }

  @Test
  void keepsToItsBytesAnHour() {
    shell.settle(0);
    for (int i = 0; i < 30; i++) {
      append(0, 100);
    }
    var uplink = new Uplink(queues, 50_000);
    uplink.budget(600_000, 0);
    int sent = priorities(uplink.connected(log.committedSequence(), 0)).size();
    for (long now = 1_000; now <= 3_600_000; now += 1_000) {
      sent += priorities(uplink.tick(log.committedSequence(), now)).size();
      acknowledge(uplink, now);
    }
    assertThat(uplink.bytesSent()).isBetween(590_000L, 620_000L);
    assertThat(sent).isLessThan(3_000);
  }

  private void acknowledge(Uplink uplink, long now) {
    for (int id = 1; id <= 1_200; id++) {
      uplink.acknowledged(id, log.committedSequence(), now);
    }
  }

  @Test
  void aLineOnWhichNothingMovesIsGivenUp() {
    shell.settle(0);
    append(0, 2);
    var uplink = new Uplink(queues, 10);
    uplink.connected(log.committedSequence(), 0);
    assertThat(uplink.tick(log.committedSequence(), Uplink.PATIENCE_MILLIS)).isEmpty();
    uplink.acknowledged(1, log.committedSequence(), Uplink.PATIENCE_MILLIS);
    assertThat(uplink.tick(log.committedSequence(), Uplink.PATIENCE_MILLIS + 1)).isEmpty();
    assertThat(uplink.tick(log.committedSequence(), 2 * Uplink.PATIENCE_MILLIS + 1))
        .containsExactly(new Uplink.Output.Reconnect());
  }

  @Test
  void anIdleLineIsLeftAlone() {
    var uplink = new Uplink(queues, 10);
    uplink.connected(0, 0);
    assertThat(uplink.tick(0, 10 * Uplink.PATIENCE_MILLIS)).isEmpty();
  }
}
